/**
 * Outbox entries after they were routed: cancelled, retried, given up. One transaction each, over the entry, its message and
 * what decides about both; a host that works on the entry at the same moment loses or wins, never half of each.
 */
import { accountSchema } from '@switchboard/contract/account';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { canMessageMove, messageStatusSchema, type MessageStatus } from '@switchboard/contract/message';
import { OUTBOX_KEPT_MS, outboxStatusSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { threadSchema } from '@switchboard/contract/thread';
import { timestampSchema } from '@switchboard/contract/timestamp';
import {
  FieldValue,
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from 'firebase-admin/firestore';
import { z } from 'zod';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';

const accountPart = accountSchema.pick({ team: true, status: true, desired: true });
const threadPart = threadSchema.pick({ lastInboundAt: true, optedOutAt: true });
/** What an entry has at any stage; one that was never routed has neither thread nor message. */
const entryPart = z.object({
  accountId: z.string(),
  createdBy: z.string(),
  status: outboxStatusSchema,
  threadId: z.string().optional(),
  waMessageId: z.string().optional(),
  createdAt: timestampSchema,
  sendAt: timestampSchema.nullish(),
  leaseUntil: timestampSchema.nullish(),
});

export interface EntryChange {
  readonly requestId: string;
  readonly entry: z.infer<typeof entryPart>;
  readonly account: z.infer<typeof accountPart> | null;
  readonly thread: z.infer<typeof threadPart> | null;
  readonly messageStatus: MessageStatus | null;
  /** Settles the entry, and its message unless that proved to have arrived. */
  readonly end: (status: 'cancelled' | 'failed', error: ErrorInfo | null) => void;
  /** Hands the entry to the host again: same id, same content, attempts counted anew. */
  readonly routeAgain: () => void;
  /** Hands a scheduled entry to the host, whatever it was put off for. */
  readonly routeScheduled: () => void;
  readonly audit: (deed: Deed) => void;
}

/** Runs `work` on an entry; `gone` when there is none. */
export async function changeEntry<T>(
  db: Firestore,
  requestId: string,
  work: (change: EntryChange) => T | Promise<T>,
): Promise<T | 'gone'> {
  return db.runTransaction(async (tx) => {
    const ref = db.doc(paths.outbox(requestId));
    const snapshot = await tx.get(ref);
    const parsed = entryPart.safeParse(snapshot.data());
    if (!parsed.success) return 'gone';
    const { account, thread, message } = await readAround(db, tx, parsed.data);
    const messageStatus = message?.exists ? messageStatusSchema.parse(message.get('status')) : null;
    return work({
      requestId,
      entry: parsed.data,
      account: account?.exists ? accountPart.parse(account.data()) : null,
      thread: thread?.exists ? threadPart.parse(thread.data()) : null,
      messageStatus,
      audit: (deed) => {
        addAudit(db, tx, deed);
      },
      ...entryWrites(tx, ref, message?.ref ?? null, messageStatus),
    });
  });
}

/** The documents an entry names, as far as it names any. */
async function readAround(
  db: Firestore,
  tx: Transaction,
  { accountId, threadId, waMessageId }: z.infer<typeof entryPart>,
): Promise<Record<'account' | 'thread' | 'message', DocumentSnapshot | null>> {
  const account = isDocumentId(accountId) ? await tx.get(db.doc(paths.account(accountId))) : null;
  if (threadId === undefined || waMessageId === undefined) return { account, thread: null, message: null };
  const thread = await tx.get(db.doc(paths.thread(threadId)));
  const message = await tx.get(db.doc(paths.message(threadId, waMessageId)));
  return { account, thread, message };
}

type Writes = Pick<EntryChange, 'end' | 'routeAgain' | 'routeScheduled'>;

function entryWrites(
  tx: Transaction,
  ref: DocumentReference,
  message: DocumentReference | null,
  messageStatus: MessageStatus | null,
): Writes {
  const updatedAt = FieldValue.serverTimestamp();
  return {
    end(status, error) {
      const expiresAt = Timestamp.fromMillis(Date.now() + OUTBOX_KEPT_MS);
      tx.update(ref, { status, error, leaseUntil: null, expiresAt, updatedAt });
      if (message && messageStatus && canMessageMove(messageStatus, status)) tx.update(message, { status, error });
    },

    routeAgain() {
      tx.update(ref, {
        status: 'routed',
        error: null,
        attemptCount: 0,
        nextAttemptAt: null,
        claimedBy: null,
        epoch: null,
        leaseUntil: null,
        expiresAt: null,
        updatedAt,
      });
      if (message && messageStatus) tx.update(message, { status: 'queued', error: null });
    },

    routeScheduled() {
      tx.update(ref, { status: 'routed', error: null, updatedAt });
    },
  };
}
