/**
 * The one transaction that routes or rejects an outbox entry. Reads in the ordinary case: entry, account, and
 * identity with thread (or thread alone). It writes nothing unless the entry is still `queued`, so an event that is
 * delivered twice, late or at the same time as its twin changes nothing.
 */
import { accountSchema } from '@switchboard/contract/account';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { identityIdOf, threadIdOf } from '@switchboard/contract/ids';
import type { Message } from '@switchboard/contract/message';
import { OUTBOX_KEPT_MS, type RoutedOutbox } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
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

const accountPart = accountSchema.pick({ team: true, status: true, desired: true });
const threadPart = threadSchema.pick({ accountId: true, team: true, clientJid: true, lastMessageAt: true });
export type AccountPart = z.infer<typeof accountPart>;
export type ThreadPart = z.infer<typeof threadPart>;

/** How long a rejected entry is kept for whoever wants to know why, ms. */

/** What the entry's account and recipient are at this moment. `thread` is where the message goes, if it exists. */
export interface RoutingContext {
  readonly account: AccountPart | null;
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
  /** The whole thread when it is new, else what its list entry changes to. */
  readonly thread:
    { readonly kind: 'new'; readonly fields: Thread } | { readonly kind: 'known'; readonly fields: Partial<Thread> };
  /** The jid that shall point at the thread from now on. */
  readonly newIdentityJid: string | null;
}

export interface EntryTransaction {
  /** As stored: untrusted. */
  readonly document: Record<string, unknown>;
  readContext(accountId: string, recipient: { threadId: string } | { jid: string }): Promise<RoutingContext>;
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
    readContext: (accountId, recipient) => readContext(db, tx, accountId, recipient),

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

type RoutedFields = Omit<RoutedOutbox, 'accountId' | 'payload' | 'createdAt' | 'createdBy' | 'routedAt'>;

/** `team` lets managers list the entries of their teams; the host sets `expiresAt` once the entry is settled. */
function routedFields(writes: RoutedWrites): Record<string, unknown> {
  const fields: RoutedFields = {
    status: 'routed',
    threadId: writes.threadId,
    waMessageId: writes.waMessageId,
    recipientJid: writes.recipientJid,
    attemptCount: 0,
    nextAttemptAt: null,
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

async function readContext(
  db: Firestore,
  tx: Transaction,
  accountId: string,
  recipient: { threadId: string } | { jid: string },
): Promise<RoutingContext> {
  const accountRef = db.doc(paths.account(accountId));
  if ('threadId' in recipient) {
    const { threadId } = recipient;
    if (!isDocumentId(threadId)) {
      const account = await tx.get(accountRef);
      return { account: accountOf(account), threadId, thread: null, isIdentityMissing: false };
    }
    const [account, thread] = await tx.getAll(accountRef, db.doc(paths.thread(threadId)));
    return { account: accountOf(account), threadId, thread: threadOf(thread), isIdentityMissing: false };
  }
  const identityRef = db.doc(paths.identity(identityIdOf(accountId, recipient.jid)));
  const [account, identity] = await tx.getAll(accountRef, identityRef);
  const named = identity?.exists ? identitySchema.parse(identity.data()).threadId : null;
  const threadId = named ?? threadIdOf(accountId, recipient.jid);
  const thread = threadOf(await tx.get(db.doc(paths.thread(threadId))));
  return { account: accountOf(account), threadId, thread, isIdentityMissing: named === null };
}

function accountOf(snapshot: DocumentSnapshot | undefined): AccountPart | null {
  return snapshot?.exists ? accountPart.parse(snapshot.data()) : null;
}

function threadOf(snapshot: DocumentSnapshot | undefined): ThreadPart | null {
  return snapshot?.exists ? threadPart.parse(snapshot.data()) : null;
}

/** gRPC status 6. */
function isAlreadyExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 6;
}
