/**
 * Outbox entries after they were routed: cancelled, retried, given up. One transaction each, over the entry, its message and
 * what decides about both; a host that works on the entry at the same moment loses or wins, never half of each.
 */
import { accountSchema } from '@switchboard/contract/account';
import type { MessageStatus } from '@switchboard/contract/message';
import { outboxStatusSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { isChange, payloadSchema } from '@switchboard/contract/payload';
import { targetSchema } from '@switchboard/contract/target';
import { threadSchema } from '@switchboard/contract/thread';
import { timestampSchema, type Timestamp } from '@switchboard/contract/timestamp';
import type { DocumentSnapshot, Firestore, Transaction } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';
import { changeShown, entryWrites, statusOf, type EntryWrites } from './entry-writes.ts';
import { readListed } from './opt-outs.ts';

const accountPart = z.pick(accountSchema, { team: true, status: true, desired: true });
const threadPart = z.pick(threadSchema, {
  phoneE164: true,
  clientJid: true,
  lastInboundAt: true,
  optedOutAt: true,
  optOutSoughtAs: true,
});
/** What an entry has at any stage; one that was never routed has neither thread nor message. */
const entryPart = z.object({
  accountId: z.string(),
  createdBy: z.string(),
  status: outboxStatusSchema,
  threadId: z.optional(z.string()),
  waMessageId: z.optional(z.string()),
  /** Not of a payload nobody could read. */
  payload: z.catch(z.optional(payloadSchema), undefined),
  target: z.catch(z.nullish(targetSchema), null),
  createdAt: timestampSchema,
  sendAt: z.nullish(timestampSchema),
  nextAttemptAt: z.nullish(timestampSchema),
  leaseUntil: z.nullish(timestampSchema),
});

export interface EntryChange extends EntryWrites {
  readonly requestId: string;
  readonly entry: z.infer<typeof entryPart>;
  readonly account: z.infer<typeof accountPart> | null;
  readonly thread: z.infer<typeof threadPart> | null;
  /** Of the entry's own message; of a change, `failed` while staff see it as such, and `null` when something newer took its place. */
  readonly messageStatus: MessageStatus | null;
  /** Since when this customer (by phone or jid) is on the list of opt-outs. To be asked before anything is written. */
  readonly readOptOut: (phoneOrJid: string) => Promise<Timestamp | null>;
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
    const isOfChange = parsed.data.payload !== undefined && isChange(parsed.data.payload);
    const shown = message && (isOfChange ? changeShown(message, requestId) : statusOf(message));
    return work({
      requestId,
      entry: parsed.data,
      account: account?.exists ? accountPart.parse(account.data()) : null,
      thread: thread?.exists ? threadPart.parse(thread.data()) : null,
      messageStatus: shown?.status ?? null,
      readOptOut: (phoneOrJid) => readListed(db, tx, parsed.data.accountId, phoneOrJid),
      audit: (deed) => {
        addAudit(db, tx, deed);
      },
      ...entryWrites(tx, ref, shown),
    });
  });
}

/** The documents an entry names, as far as it names any. */
async function readAround(
  db: Firestore,
  tx: Transaction,
  { accountId, threadId, waMessageId, payload }: z.infer<typeof entryPart>,
): Promise<Record<'account' | 'thread' | 'message', DocumentSnapshot | null>> {
  const account = isDocumentId(accountId) ? await tx.get(db.doc(paths.account(accountId))) : null;
  if (threadId === undefined || waMessageId === undefined) return { account, thread: null, message: null };
  const thread = await tx.get(db.doc(paths.thread(threadId)));
  const messageId = payload && isChange(payload) ? payload.targetId : waMessageId;
  const message = await tx.get(db.doc(paths.message(threadId, messageId)));
  return { account, thread, message };
}
