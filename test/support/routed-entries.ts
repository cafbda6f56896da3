/** Outbox entries as functions leave them, past the functions: where a test wants many, or all at once. */
import { waMessageIdOf } from '@switchboard/contract/ids';
import { OUTBOX_KEPT_MS } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { adminFirestore } from './stack.ts';

export interface RoutedText {
  readonly requestId: string;
  readonly threadId: string;
  readonly text: string;
  /** When staff wrote it, ms since 1970. */
  readonly createdAtMs: number;
}

const IN_A_COMMIT = 200;

/**
 * Stores entries of one account to one recipient.
 *
 * @param withMessage how many of them, from the first, get their message: those that the test will see sent.
 */
export async function writeRouted(
  accountId: string,
  recipientJid: string,
  entries: readonly RoutedText[],
  withMessage = entries.length,
): Promise<void> {
  const db = adminFirestore();
  for (let from = 0; from < entries.length; from += IN_A_COMMIT) {
    const batch = db.batch();
    for (const [index, entry] of entries.slice(from, from + IN_A_COMMIT).entries()) {
      const { requestId, threadId, text, createdAtMs } = entry;
      const createdAt = Timestamp.fromMillis(createdAtMs);
      const waMessageId = waMessageIdOf(accountId, requestId);
      const written = { accountId, createdAt, createdBy: 'test', threadId, waMessageId, team: 'main' };
      batch.set(db.doc(paths.outbox(requestId)), {
        ...written,
        threadId,
        payload: { kind: 'text', text },
        status: 'routed',
        recipientJid,
        isFirstContact: false,
        attemptCount: 0,
        nextAttemptAt: null,
        claimedBy: null,
        epoch: null,
        leaseUntil: null,
        error: null,
        sentAt: null,
        routedAt: createdAt,
        updatedAt: createdAt,
        messageRef: paths.message(threadId, waMessageId),
        // Whatever the test leaves behind is not kept for ever.
        expiresAt: Timestamp.fromMillis(createdAtMs + OUTBOX_KEPT_MS),
      });
      if (from + index >= withMessage) continue;
      batch.set(db.doc(paths.message(threadId, waMessageId)), {
        ...written,
        clientJid: recipientJid,
        direction: 'outbound',
        kind: 'text',
        body: '',
        status: 'queued',
        error: null,
        outboxId: requestId,
      });
    }
    await batch.commit();
  }
}
