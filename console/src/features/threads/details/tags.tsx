import { X } from 'lucide-react';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { sayFailed } from '../../../ui/toast.tsx';
import styles from './tags.module.css';

/** What firestore.rules lets a thread have. */
const MAX_TAGS = 10;
const MAX_LENGTH = 40;

interface TagsProps {
  readonly tags: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
}

export function Tags({ tags, onChange }: TagsProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const add = (event: SyntheticEvent) => {
    event.preventDefault();
    const tag = text.trim().replace(/\s+/g, ' ');
    setText('');
    if (tag === '' || tags.some((one) => one.toLowerCase() === tag.toLowerCase())) return;
    if (tags.length >= MAX_TAGS) sayFailed(t('threads.details.tooManyTags'));
    else onChange([...tags, tag]);
  };
  return (
    <section className={styles['tags']}>
      <h3 className={styles['title']}>{t('threads.details.tags')}</h3>
      <ul className={styles['list']}>
        {tags.map((tag) => (
          <li key={tag} className={styles['tag']}>
            <bdi className={styles['text']}>{tag}</bdi>
            <button
              type="button"
              className={styles['remove']}
              aria-label={t('threads.details.removeTag', { tag })}
              onClick={() => {
                onChange(tags.filter((one) => one !== tag));
              }}
            >
              <X size={12} />
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <input
          className={styles['input']}
          value={text}
          maxLength={MAX_LENGTH}
          dir="auto"
          aria-label={t('threads.details.addTag')}
          placeholder={t('threads.details.addTag')}
          onChange={({ target }) => {
            setText(target.value);
          }}
        />
      </form>
    </section>
  );
}
