/**
 * The one transaction that routes or rejects an outbox entry. Reads in the ordinary case: entry, account, and identity with
 * thread (or thread alone); the list of opt-outs only where the thread cannot tell. It writes nothing unless the entry is still `queued`, so an event that is
 * delivered twice, late or at the same time as its twin changes nothing.
 */
import { accountSchema } from '@switchboard/contract/account';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { identityIdOf, optOutIdOf, threadIdOf } from '@switchboard/contract/ids';
import type { Message } from '@switchboard/contract/message';
import { OUTBOX_KEPT_MS, type RoutedOutbox } from '@switchboard/contract/outbox';
import { optOutSchema } from '@switchboard/contract/opt-out';
import { paths } from '@switchboard/contract/paths';
import type { Timestamp as ContractTimestamp } from '@switchboard/contract/timestamp';
import { identitySchema, threadSchema, type Thread } from '@switchboard/contract/thread';
import {
  FieldValue,
  Timestamp,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from 'firebase-admin/firestore';
import type { z } from 'zod';
import { isDocumentId } from './document-id.ts';

const accountPart = accountSchema.pick({ team: true, phoneE164: true, status: true, desired: true });
const threadPart = threadSchema.pick({
  accountId: true,
  team: true,
  clientJid: true,
  phoneE164: true,
  isGroup: true,
  lastMessageAt: true,
  lastInboundAt: true,
  optedOutAt: true,
});
export type AccountPart = z.infer<typeof accountPart>;
export type ThreadPart = z.infer<typeof threadPart>;

/** Where the message goes at this moment; `thread` is null while it does not exist. */
export interface FoundThread {
  readonly threadId: string;
  readonly thread: ThreadPart | null;
  /** The spelling the recipient was named by is not known yet and shall point at `threadId`. */
  readonly isIdentityMissing: boolean;
}

export interface RoutedWrites {
  readonly waMessageId: string;
  readonly threadId: string;
  readonly message: Message;
  readonly team: string;
  readonly recipientJid: string;
  readonly isFirstContact: boolean;
  /** When it is to be sent, if that is not now. */
  readonly sendAt: ContractTimestamp | null;
  /** The whole thread when it is new, else what its list entry changes to. */
  readonly thread:
    { readonly kind: 'new'; readonly fields: Thread } | { readonly kind: 'known'; readonly fields: Partial<Thread> };
  /** The jid that shall point at the thread from now on. */
  readonly newIdentityJid: string | null;
}

export interface EntryTransaction {
  /** As stored: untrusted. */
  readonly document: Record<string, unknown>;
  readAccount(accountId: string): Promise<AccountPart | null>;
  findThread(accountId: string, recipient: { threadId: string } | { jid: string }): Promise<FoundThread>;
  /** Since when this customer (by phone or jid) wants no messages of the account; `null` when they never said so. */
  readOptOut(accountId: string, phoneOrJid: string): Promise<ContractTimestamp | null>;
  route(accountId: string, writes: RoutedWrites): void;
  reject(error: ErrorInfo): void;
}

export interface OutboxStore {
  /**
   * Runs `work` on the entry if it is still `queued`.
   * @returns what `work` returned; `settled` when the entry is gone or was settled before; `id-used` when the message
   *   this entry would create exists already, although the entry is `queued`.
   */
  settle<T>(requestId: string, work: (entry: EntryTransaction) => Promise<T>): Promise<T | 'settled' | 'id-used'>;
}

export function createOutboxStore(db: Firestore, nowMs: () => number): OutboxStore {
  return {
    async settle(requestId, work) {
      try {
        return await db.runTransaction(async (tx) => {
          const ref = db.doc(paths.outbox(requestId));
          const document = (await tx.get(ref)).data();
          if (document?.['status'] !== 'queued') return 'settled';
          return work(entryTransaction(db, tx, requestId, document, nowMs));
        });
      } catch (error) {
        // Threads and identities are read before they are created, so only the message can stand in the way.
        if (isAlreadyExists(error)) return 'id-used';
        throw error;
      }
    },
  };
}

function entryTransaction(
  db: Firestore,
  tx: Transaction,
  requestId: string,
  document: Record<string, unknown>,
  nowMs: () => number,
): EntryTransaction {
  const ref = db.doc(paths.outbox(requestId));
  return {
    document,
    async readAccount(accountId) {
      const snapshot = await tx.get(db.doc(paths.account(accountId)));
      return snapshot.exists ? accountPart.parse(snapshot.data()) : null;
    },

    findThread: (accountId, recipient) => findThread(db, tx, accountId, recipient),

    async readOptOut(accountId, phoneOrJid) {
      const snapshot = await tx.get(db.doc(paths.optOut(optOutIdOf(accountId, phoneOrJid))));
      return snapshot.exists ? optOutSchema.parse(snapshot.data()).optedOutAt : null;
    },

    route(accountId, writes) {
      const { threadId, waMessageId } = writes;
      const threadRef = db.doc(paths.thread(threadId));
      if (writes.thread.kind === 'new') tx.create(threadRef, writes.thread.fields);
      else if (Object.keys(writes.thread.fields).length > 0) tx.update(threadRef, writes.thread.fields);
      if (writes.newIdentityJid !== null) {
        tx.create(db.doc(paths.identity(identityIdOf(accountId, writes.newIdentityJid))), { threadId });
      }
      tx.create(db.doc(paths.message(threadId, waMessageId)), writes.message);
      tx.update(ref, routedFields(writes));
    },

    reject(error) {
      tx.update(ref, {
        status: 'rejected',
        error,
        updatedAt: FieldValue.serverTimestamp(),
        expiresAt: Timestamp.fromMillis(nowMs() + OUTBOX_KEPT_MS),
      });
    },
  };
}

type RoutedFields = Omit<
  RoutedOutbox,
  'accountId' | 'sendAt' | 'claimedAt' | 'payload' | 'createdAt' | 'createdBy' | 'routedAt'
>;

/** `team` lets managers list the entries of their teams; the host sets `expiresAt` once the entry is settled. */
function routedFields(writes: RoutedWrites): Record<string, unknown> {
  const fields: RoutedFields = {
    status: writes.sendAt ? 'scheduled' : 'routed',
    threadId: writes.threadId,
    waMessageId: writes.waMessageId,
    recipientJid: writes.recipientJid,
    isFirstContact: writes.isFirstContact,
    attemptCount: 0,
    nextAttemptAt: writes.sendAt,
    claimedBy: null,
    epoch: null,
    leaseUntil: null,
    error: null,
    sentAt: null,
  };
  return {
    ...fields,
    team: writes.team,
    messageRef: paths.message(writes.threadId, writes.waMessageId),
    expiresAt: null,
    routedAt: FieldValue.serverTimestamp(),
    updatedAt: FieldValue.serverTimestamp(),
  };
}

async function findThread(
  db: Firestore,
  tx: Transaction,
  accountId: string,
  recipient: { threadId: string } | { jid: string },
): Promise<FoundThread> {
  if ('threadId' in recipient) {
    const { threadId } = recipient;
    const thread = isDocumentId(threadId) ? threadOf(await tx.get(db.doc(paths.thread(threadId)))) : null;
    return { threadId, thread, isIdentityMissing: false };
  }
  const identity = await tx.get(db.doc(paths.identity(identityIdOf(accountId, recipient.jid))));
  const named = identity.exists ? identitySchema.parse(identity.data()).threadId : null;
  const threadId = named ?? threadIdOf(accountId, recipient.jid);
  const thread = threadOf(await tx.get(db.doc(paths.thread(threadId))));
  return { threadId, thread, isIdentityMissing: named === null };
}

function threadOf(snapshot: DocumentSnapshot): ThreadPart | null {
  return snapshot.exists ? threadPart.parse(snapshot.data()) : null;
}

/** gRPC status 6. */
function isAlreadyExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 6;
}
