/**
 * The one transaction that routes or rejects an outbox entry. Reads in the ordinary case: account, and identity with
 * thread (or thread alone), while the entry is as its event showed it; the list of opt-outs only where the thread cannot tell, which keeps
 * what was found. It writes nothing unless the entry is still `queued`, so an event that is delivered twice, late or at the same time
 * as its twin changes nothing.
 */
import { accountSchema } from '@switchboard/contract/account';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { identityIdOf, threadIdOf } from '@switchboard/contract/ids';
import { messageSchema, type Message, type PendingChange } from '@switchboard/contract/message';
import { OUTBOX_KEPT_MS, type RoutedOutbox } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import type { Target } from '@switchboard/contract/target';
import type { Timestamp as ContractTimestamp } from '@switchboard/contract/timestamp';
import { identitySchema, threadSchema, type Thread } from '@switchboard/contract/thread';
import {
  FieldValue,
  Timestamp,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { isDocumentId } from './document-id.ts';
import { readListed } from './opt-outs.ts';

const accountPart = z.pick(accountSchema, { team: true, phoneE164: true, status: true, desired: true });
const threadPart = z.pick(threadSchema, {
  accountId: true,
  team: true,
  clientJid: true,
  phoneE164: true,
  isGroup: true,
  lastMessageAt: true,
  lastInboundAt: true,
  optedOutAt: true,
  optOutSoughtAs: true,
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
  /** A message of its own, or the one the entry changes. */
  readonly message:
    | { readonly kind: 'new'; readonly fields: Message }
    | { readonly kind: 'changed'; readonly messageId: string; readonly pendingChange: PendingChange };
  readonly team: string;
  readonly recipientJid: string;
  readonly isFirstContact: boolean;
  /** The message it answers or changes. */
  readonly target: Target | null;
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
  /** A message as stored; `null` when the thread has none under this id. */
  readMessage(threadId: string, messageId: string): Promise<Message | null>;
  /**
   * Since when this customer (by phone or jid) wants no messages of the account; `null` when they never said so. Their thread keeps
   * what was found: it is written with whatever becomes of the entry.
   */
  readOptOut(accountId: string, phoneOrJid: string, found: FoundThread): Promise<ContractTimestamp | null>;
  route(accountId: string, writes: RoutedWrites): void;
  reject(error: ErrorInfo): void;
}

export interface OutboxStore {
  /**
   * Runs `work` on the entry if it is still `queued`.
   * @returns what `work` returned; `settled` when the entry is gone or was settled before; `id-used` when the message
   *   this entry would create exists already, although the entry is `queued`.
   */
  settle<T>(
    requestId: string,
    work: (entry: EntryTransaction) => Promise<T>,
    seen?: SeenEntry | null,
  ): Promise<T | 'settled' | 'id-used'>;
}

/** An entry as an event showed it. While that is the version that is stored it need not be read; Firestore itself compares. */
export interface SeenEntry {
  readonly document: Record<string, unknown>;
  readonly version: Timestamp;
}

export function createOutboxStore(db: Firestore, nowMs: () => number): OutboxStore {
  return {
    async settle(requestId, work, seen = null) {
      // An entry is queued when it is created, or it is none of a client's.
      if (seen && seen.document['status'] !== 'queued') return 'settled';
      try {
        return await db.runTransaction(async (tx) => {
          const document = seen ? seen.document : (await tx.get(db.doc(paths.outbox(requestId)))).data();
          if (document?.['status'] !== 'queued') return 'settled';
          return work(entryTransaction(db, tx, { requestId, document, version: seen?.version ?? null }, nowMs));
        });
      } catch (error) {
        // Threads and identities are read before they are created, so only the message can stand in the way.
        if (isAlreadyExists(error)) return 'id-used';
        // An event that is late or comes twice shows an entry that is not there any more.
        if (seen && isChanged(error)) return this.settle(requestId, work);
        throw error;
      }
    },
  };
}

interface QueuedEntry {
  readonly requestId: string;
  readonly document: Record<string, unknown>;
  /** Of the document, when the transaction did not read it. */
  readonly version: Timestamp | null;
}

function entryTransaction(
  db: Firestore,
  tx: Transaction,
  { requestId, document, version }: QueuedEntry,
  nowMs: () => number,
): EntryTransaction {
  const ref = db.doc(paths.outbox(requestId));
  const update = (fields: Record<string, unknown>): unknown =>
    version ? tx.update(ref, fields, { lastUpdateTime: version }) : tx.update(ref, fields);
  let sought: Sought | null = null;
  return {
    document,
    async readAccount(accountId) {
      const snapshot = await tx.get(db.doc(paths.account(accountId)));
      return snapshot.exists ? accountPart.parse(snapshot.data()) : null;
    },

    findThread: (accountId, recipient) => findThread(db, tx, accountId, recipient),

    async readMessage(threadId, messageId) {
      if (!isDocumentId(messageId)) return null;
      const snapshot = await tx.get(db.doc(paths.message(threadId, messageId)));
      return snapshot.exists ? messageSchema.parse(snapshot.data()) : null;
    },

    async readOptOut(accountId, phoneOrJid, { threadId, thread }) {
      const optedOutAt = await readListed(db, tx, accountId, phoneOrJid);
      sought = { threadId, isThreadThere: thread !== null, fields: soughtFields(thread, phoneOrJid, optedOutAt) };
      return optedOutAt;
    },

    route(accountId, writes) {
      const { threadId, message } = writes;
      const threadRef = db.doc(paths.thread(threadId));
      const fields = { ...writes.thread.fields, ...sought?.fields };
      if (writes.thread.kind === 'new') tx.create(threadRef, fields);
      else if (Object.keys(fields).length > 0) tx.update(threadRef, fields);
      if (writes.newIdentityJid !== null) {
        tx.create(db.doc(paths.identity(identityIdOf(accountId, writes.newIdentityJid))), { threadId });
      }
      if (message.kind === 'new') tx.create(db.doc(messagePathOf(writes)), message.fields);
      else tx.update(db.doc(messagePathOf(writes)), { pendingChange: message.pendingChange });
      update(routedFields(writes));
    },

    reject(error) {
      if (sought?.isThreadThere && Object.keys(sought.fields).length > 0) {
        tx.update(db.doc(paths.thread(sought.threadId)), sought.fields);
      }
      update({
        status: 'rejected',
        error,
        updatedAt: FieldValue.serverTimestamp(),
        expiresAt: Timestamp.fromMillis(nowMs() + OUTBOX_KEPT_MS),
      });
    },
  };
}

/** What the list said of the customer of a thread. */
interface Sought {
  readonly threadId: string;
  readonly isThreadThere: boolean;
  /** What their thread does not know yet. */
  readonly fields: Partial<Thread>;
}

function soughtFields(
  thread: ThreadPart | null,
  optOutSoughtAs: string,
  optedOutAt: ContractTimestamp | null,
): Sought['fields'] {
  if (optedOutAt) return { optedOutAt, optOutSoughtAs };
  return thread?.optOutSoughtAs === optOutSoughtAs ? {} : { optOutSoughtAs };
}

type RoutedFields = Omit<
  RoutedOutbox,
  'accountId' | 'sendAt' | 'claimedAt' | 'payload' | 'createdAt' | 'createdBy' | 'routedAt'
>;

/** The message staff see: the entry's own, or the one it changes. */
function messagePathOf({ threadId, waMessageId, message }: RoutedWrites): string {
  return paths.message(threadId, message.kind === 'new' ? waMessageId : message.messageId);
}

/** `team` lets managers list the entries of their teams; the host sets `expiresAt` once the entry is settled. */
function routedFields(writes: RoutedWrites): Record<string, unknown> {
  const fields: RoutedFields = {
    status: writes.sendAt ? 'scheduled' : 'routed',
    threadId: writes.threadId,
    waMessageId: writes.waMessageId,
    recipientJid: writes.recipientJid,
    isFirstContact: writes.isFirstContact,
    target: writes.target,
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
    messageRef: messagePathOf(writes),
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

/** gRPC statuses 9 and 5: the document is not, or no longer, as it was seen. */
function isChanged(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 9 || error.code === 5);
}
