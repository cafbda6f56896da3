/** What staff do to the messages of one thread, each said when it is refused. */
import { cancelMessageOutputSchema, retryMessageOutputSchema } from '@switchboard/contract/callables';
import type { ErrorInfo } from '@switchboard/contract/failure';
import type { Payload } from '@switchboard/contract/payload';
import type { Thread } from '@switchboard/contract/thread';
import { useMemo } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { askToSend } from '../../lib/firestore/outbox.ts';
import { useSession } from '../../lib/session.tsx';
import { sayFailed } from '../../ui/toast.tsx';

export interface MessageActions {
  /** @param onRefused what to do when it could not even be handed over. */
  readonly send: (payload: Payload, sendAt: Date | null, onRefused?: () => void) => void;
  readonly retry: (outboxId: string) => Promise<void>;
  readonly cancel: (outboxId: string) => Promise<void>;
}

export function useMessageActions(thread: Stored<Thread>): MessageActions {
  const { t } = useTranslation();
  const { db, person, call } = useSession();
  const { id: threadId, accountId } = thread;
  return useMemo(() => {
    const sayRefused = (error: ErrorInfo) => {
      sayFailed(t('ui.failed'), refusalWords(t, error));
    };
    return {
      send: (payload, sendAt, onRefused) => {
        const wish = { accountId, to: { threadId }, payload, ...(sendAt ? { sendAt } : {}) };
        askToSend(db, person.uid, wish).stored.catch(() => {
          sayFailed(t('threads.composer.refused'), t('ui.deniedText'));
          onRefused?.();
        });
      },
      retry: async (requestId) => {
        const answer = await call('retryMessage', { requestId }, retryMessageOutputSchema);
        if (!answer.ok) sayRefused(answer.error);
      },
      cancel: async (requestId) => {
        const answer = await call('cancelMessage', { requestId }, cancelMessageOutputSchema);
        if (!answer.ok) sayRefused(answer.error);
      },
    };
  }, [t, db, person.uid, call, threadId, accountId]);
}
