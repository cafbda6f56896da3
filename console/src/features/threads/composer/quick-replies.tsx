/** The quick replies that begin as typed after `/`, over the field. The field keeps the focus and says which one is marked. */
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import type { Stored } from '../../../lib/firestore/live.ts';
import type { QuickReply } from '../../../lib/firestore/quick-replies.ts';
import { cx } from '../../../ui/cx.ts';
import styles from './quick-replies.module.css';

interface QuickRepliesProps {
  readonly id: string;
  readonly replies: readonly Stored<QuickReply>[];
  readonly marked: number;
  readonly onPick: (reply: QuickReply) => void;
}

export function QuickReplies({ id, replies, marked, onPick }: QuickRepliesProps) {
  const { t } = useTranslation();
  if (replies.length === 0)
    return <p className={cx(styles['list'], styles['none'])}>{t('threads.composer.noQuickReplies')}</p>;
  return (
    <div className={styles['list']} id={id} role="listbox" aria-label={t('threads.composer.quickReplies')}>
      {replies.map((reply, index) => (
        <div
          key={reply.id}
          id={`${id}-${String(index)}`}
          role="option"
          aria-selected={index === marked}
          className={styles['reply']}
          // The field must not lose the focus to a click here.
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(reply);
          }}
        >
          <span className={styles['title']}>/{reply.title}</span>
          <span className={styles['text']} dir="auto">
            {reply.text}
          </span>
        </div>
      ))}
    </div>
  );
}
