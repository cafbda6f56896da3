/** The message that is answered, inside the answer. A click goes to it. */
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import { unmarked } from '../kinds/text-parts.ts';
import type { ShownMessage } from './shown-message.ts';
import styles from './quoted-part.module.css';

interface QuotedPartProps {
  readonly message: ShownMessage;
  readonly customer: string | null;
  readonly onJump: (id: string) => void;
}

export function QuotedPart({ message, customer, onJump }: QuotedPartProps) {
  const { t } = useTranslation();
  const { quoted, quotedId } = message;
  if (quotedId === null || !quoted) return null;
  const author =
    quoted.direction === 'outbound' ? t('threads.message.you') : (customer ?? t('threads.message.customer'));
  return (
    <button
      type="button"
      className={styles['quoted']}
      onClick={() => {
        onJump(quotedId);
      }}
    >
      <VisuallyHidden>{t('threads.message.jump')}: </VisuallyHidden>
      <span className={styles['author']}>{author}</span>
      <span className={styles['body']} dir="auto">
        {unmarked(quoted.body)}
      </span>
    </button>
  );
}
