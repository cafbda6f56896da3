/** Above the field: which message is answered or edited. */
import { Pencil, Reply, X } from 'lucide-react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { IconButton } from '../../../ui/button.tsx';
import styles from './about.module.css';
import type { ComposerProps } from './composer.tsx';

interface AboutProps {
  readonly about: NonNullable<ComposerProps['about']>;
  readonly name: string;
  readonly onStop: () => void;
}

export function About({ about, name, onStop }: AboutProps) {
  const { t } = useTranslation();
  const isReply = about.kind === 'reply';
  const author = about.message.direction === 'outbound' ? t('threads.message.you') : name;
  return (
    <div className={styles['about']}>
      <span className={styles['icon']} aria-hidden="true">
        {isReply ? <Reply size={16} /> : <Pencil size={16} />}
      </span>
      <div className={styles['text']}>
        <p className={styles['title']}>
          {isReply ? t('threads.composer.replyingTo', { name: author }) : t('threads.composer.editing')}
        </p>
        <p className={styles['body']} dir="auto">
          {about.message.body}
        </p>
      </div>
      <IconButton
        size="s"
        label={isReply ? t('threads.composer.stopReply') : t('threads.composer.stopEdit')}
        shortcut="Escape"
        icon={<X size={16} />}
        onClick={onStop}
      />
    </div>
  );
}
