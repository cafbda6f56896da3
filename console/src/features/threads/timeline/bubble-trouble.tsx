/** Under a bubble: why it was not sent, when it will be, and what can be done about it. */
import { useState } from 'react';
import { refusalWords } from '../../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { useOutboxEntry } from '../../../lib/firestore/outbox.ts';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { longMoment } from '../../../lib/moments.ts';
import type { BubbleActions } from './bubble.tsx';
import type { ShownMessage } from './shown-message.ts';
import styles from './bubble-trouble.module.css';

interface TroubleProps {
  readonly message: ShownMessage;
  readonly actions: BubbleActions;
}

export function BubbleTrouble({ message, actions }: TroubleProps) {
  const { outboxId, status, change } = message;
  if (change !== null) return <ChangeTrouble message={message} actions={actions} />;
  if (outboxId === null) return null;
  if (status === 'failed') return <Failed message={message} actions={actions} outboxId={outboxId} />;
  if (status === 'rejected') return <Rejected message={message} actions={actions} outboxId={outboxId} />;
  if (status === 'queued') return <Waiting message={message} actions={actions} outboxId={outboxId} />;
  if (status === 'cancelled') return <Cancelled error={message.error} />;
  return null;
}

interface KnownTroubleProps extends TroubleProps {
  readonly outboxId: string;
}

function Act({ words, onAct }: { readonly words: string; readonly onAct: () => void | Promise<void> }) {
  const [isBusy, setIsBusy] = useState(false);
  const act = async () => {
    setIsBusy(true);
    await onAct();
    setIsBusy(false);
  };
  return (
    <button type="button" className={styles['act']} disabled={isBusy} onClick={() => void act()}>
      {words}
    </button>
  );
}

function Failed({ message, actions, outboxId }: KnownTroubleProps) {
  const { t } = useTranslation();
  return (
    <p className={styles['failed']} role="alert">
      {message.error ? refusalWords(t, message.error) : t('threads.message.failed')}
      <Act words={t('threads.message.retry')} onAct={() => actions.retry(outboxId)} />
    </p>
  );
}

function Rejected({ message, actions, outboxId }: KnownTroubleProps) {
  const { t } = useTranslation();
  const dismiss = () => {
    actions.dismiss(outboxId);
  };
  return (
    <p className={styles['failed']} role="alert">
      {message.error ? refusalWords(t, message.error) : t('threads.message.rejected')}
      <Act
        words={t('threads.message.takeBack')}
        onAct={() => {
          actions.takeBack(message.body);
          dismiss();
        }}
      />
      <Act words={t('threads.message.dismiss')} onAct={dismiss} />
    </p>
  );
}

/** Nobody took it back by hand where there is a reason. */
function Cancelled({ error }: Pick<ShownMessage, 'error'>) {
  const { t } = useTranslation();
  const reason = error ? `. ${refusalWords(t, error)}` : '';
  return <p className={styles['waiting']}>{`${t('threads.message.wasCancelled')}${reason}`}</p>;
}

/** Says more than a clock does only where somebody planned it, or where it has to wait for a reason. */
function Waiting({ message, actions, outboxId }: KnownTroubleProps) {
  const { t } = useTranslation();
  const reason = useReason(message, outboxId);
  if (reason === null) return null;
  return (
    <p className={styles['waiting']}>
      {reason}
      <Act words={t('threads.message.cancel')} onAct={() => actions.cancel(outboxId)} />
    </p>
  );
}

function useReason(message: ShownMessage, outboxId: string): string | null {
  const { t } = useTranslation();
  // A colleague's entry is ours to see for managers only; for others it stays a clock.
  const entry = useOutboxEntry(outboxId);
  const sendAt = (message.sendAt ?? entry?.sendAt)?.toDate();
  const isPlanned = sendAt !== undefined && sendAt.getTime() > Date.now();
  if (isPlanned) return t('threads.message.scheduledFor', { when: longMoment(sendAt, currentLocale()) });
  return entry?.error ? refusalWords(t, entry.error) : null;
}

function ChangeTrouble({ message, actions }: TroubleProps) {
  const { t } = useTranslation();
  const { change } = message;
  if (change === null) return null;
  if (change.error === null) {
    return change.kind === 'reaction' ? null : <p className={styles['waiting']}>{t('threads.message.changing')}</p>;
  }
  return (
    <p className={styles['failed']} role="alert">
      {refusalWords(t, change.error)}
      <Act
        words={t('threads.message.dismiss')}
        onAct={() => {
          actions.dismiss(change.outboxId);
        }}
      />
    </p>
  );
}
