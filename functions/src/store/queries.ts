/**
 * Every query the functions make. The emulator runs a query without its index and production does not, so a test
 * walks `QUERIES` and proves that `firestore.indexes.json` serves each.
 */
import type { AccountStatus } from '@switchboard/contract/account';
import type { OutboxStatus } from '@switchboard/contract/outbox';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { Timestamp, type Firestore, type Query } from 'firebase-admin/firestore';

/** Enough to know whether somebody else is admin too, who may sign in. */
export function someAdmins(db: Firestore): Query {
  return db.collection(COLLECTIONS.users).where('role', '==', 'admin').limit(50);
}

export function outboxOfUserSince(db: Firestore, uid: string, sinceMs: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('createdBy', '==', uid)
    .where('createdAt', '>=', Timestamp.fromMillis(sinceMs))
    .orderBy('createdAt', 'desc');
}

/** What waits for a host, or for its time. */
const WAITING: readonly OutboxStatus[] = ['queued', 'scheduled', 'routed'];

export function waitingOutboxOf(db: Firestore, accountId: string): Query {
  return db.collection(COLLECTIONS.outbox).where('accountId', '==', accountId).where('status', 'in', WAITING);
}

/** What is routed in a thread and has no end yet. */
export function unsettledInThread(db: Firestore, threadId: string): Query {
  const statuses: readonly OutboxStatus[] = ['scheduled', 'routed', 'processing'];
  return db.collection(COLLECTIONS.outbox).where('threadId', '==', threadId).where('status', 'in', statuses);
}

/** Entries nobody has routed that were written before a moment, oldest first. */
export function unroutedOutbox(db: Firestore, beforeMs: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('status', '==', 'queued' satisfies OutboxStatus)
    .where('createdAt', '<=', Timestamp.fromMillis(beforeMs))
    .orderBy('createdAt');
}

/** Routed entries that waited for no time, and were written before a moment. */
export function untimedOutbox(db: Firestore, beforeMs: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('status', '==', 'routed' satisfies OutboxStatus)
    .where('nextAttemptAt', '==', null)
    .where('createdAt', '<=', Timestamp.fromMillis(beforeMs))
    .orderBy('createdAt');
}

/** Entries of a status whose time, which they were planned for or put off to, was before a moment. */
export function timedOutbox(db: Firestore, status: 'scheduled' | 'routed', beforeMs: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('status', '==', status)
    .where('nextAttemptAt', '<=', Timestamp.fromMillis(beforeMs))
    .orderBy('nextAttemptAt');
}

/** Claimed entries whose claim ran out, the longest ago first. */
export function expiredClaims(db: Firestore, nowMs: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('status', '==', 'processing')
    .where('leaseUntil', '<=', Timestamp.fromMillis(nowMs))
    .orderBy('leaseUntil');
}

/** Accounts somebody deleted since a moment. */
export function accountsDeletedSince(db: Firestore, sinceMs: number): Query {
  return db
    .collection(COLLECTIONS.accounts)
    .where('desired', '==', 'deleted')
    .where('updatedAt', '>=', Timestamp.fromMillis(sinceMs))
    .orderBy('updatedAt');
}

export function accountsOwnedBy(db: Firestore, hostId: string | null): Query {
  return db.collection(COLLECTIONS.accounts).where('ownerHostId', '==', hostId);
}

/** An account of the next owner, in the order of their ids; `null` is before all of them. */
export function nextOwner(db: Firestore, after: unknown): Query {
  return db.collection(COLLECTIONS.accounts).orderBy('ownerHostId').startAfter(after).select('ownerHostId').limit(1);
}

/** Accounts of a host that are shown in a status. */
export function hostAccountsIn(db: Firestore, hostId: string, status: AccountStatus): Query {
  return accountsOwnedBy(db, hostId).where('status', '==', status);
}

/** Accounts nobody owns, of these statuses. */
export function freeAccountsIn(db: Firestore, statuses: readonly AccountStatus[]): Query {
  return accountsOwnedBy(db, null).where('status', 'in', statuses);
}

/** Codes for linking that ran out before a moment, of all accounts. */
export function expiredLinking(db: Firestore, beforeMs: number): Query {
  return db.collectionGroup('private').where('expiresAt', '<=', Timestamp.fromMillis(beforeMs)).orderBy('expiresAt');
}

export function openIncidentsOf(db: Firestore, type: string): Query {
  return db.collection(COLLECTIONS.incidents).where('type', '==', type).where('resolvedAt', '==', null);
}

export function bulkSendsIn(db: Firestore, states: readonly string[]): Query {
  return db.collection(COLLECTIONS.bulkSends).where('state', 'in', states);
}

export function bulkSendsEndedBefore(db: Firestore, beforeMs: number): Query {
  return db.collection(COLLECTIONS.bulkSends).where('endedAt', '<=', Timestamp.fromMillis(beforeMs)).orderBy('endedAt');
}

/** Recipients in a state, in the order of the list. */
export function recipientsIn(db: Firestore, bulkId: string, state: string): Query {
  return db.collection(paths.bulkRecipients(bulkId)).where('state', '==', state).orderBy('position');
}

export function auditBefore(db: Firestore, beforeMs: number): Query {
  return db.collection(COLLECTIONS.auditLog).where('at', '<=', Timestamp.fromMillis(beforeMs)).orderBy('at');
}

export function auditSince(db: Firestore, sinceMs: number): Query {
  return db.collection(COLLECTIONS.auditLog).where('at', '>=', Timestamp.fromMillis(sinceMs)).orderBy('at');
}

export function requestsBefore(db: Firestore, beforeMs: number): Query {
  return db
    .collection(COLLECTIONS.accountRequests)
    .where('createdAt', '<=', Timestamp.fromMillis(beforeMs))
    .orderBy('createdAt');
}

/** Account requests nobody has routed: few at any moment. */
export function queuedRequests(db: Firestore): Query {
  return db.collection(COLLECTIONS.accountRequests).where('status', '==', 'queued');
}

export function threadsOfAccount(db: Firestore, accountId: string): Query {
  return db.collection(COLLECTIONS.threads).where('accountId', '==', accountId);
}

/** Threads that carry a number. More than one where WhatsApp told too late that a number and a LID are one person. */
export function threadsOfPhone(db: Firestore, accountId: string, phoneE164: string): Query {
  return threadsOfAccount(db, accountId).where('phoneE164', '==', phoneE164);
}

/** Each query with sample arguments, for the index test. */
export const QUERIES: Record<string, (db: Firestore) => Query> = {
  someAdmins,
  outboxOfUserSince: (db) => outboxOfUserSince(db, 'uid', 0),
  waitingOutboxOf: (db) => waitingOutboxOf(db, 'a'),
  unsettledInThread: (db) => unsettledInThread(db, 't'),
  unroutedOutbox: (db) => unroutedOutbox(db, 0),
  untimedOutbox: (db) => untimedOutbox(db, 0),
  timedOutbox: (db) => timedOutbox(db, 'scheduled', 0),
  expiredClaims: (db) => expiredClaims(db, 0),
  accountsDeletedSince: (db) => accountsDeletedSince(db, 0),
  accountsOwnedBy: (db) => accountsOwnedBy(db, 'host'),
  nextOwner: (db) => nextOwner(db, null),
  hostAccountsIn: (db) => hostAccountsIn(db, 'host', 'connected'),
  freeAccountsIn: (db) => freeAccountsIn(db, ['connected']),
  expiredLinking: (db) => expiredLinking(db, 0),
  openIncidentsOf: (db) => openIncidentsOf(db, 'host_silent'),
  bulkSendsIn: (db) => bulkSendsIn(db, ['running']),
  bulkSendsEndedBefore: (db) => bulkSendsEndedBefore(db, 0),
  recipientsIn: (db) => recipientsIn(db, 'bulk', 'waiting'),
  auditBefore: (db) => auditBefore(db, 0),
  auditSince: (db) => auditSince(db, 0),
  requestsBefore: (db) => requestsBefore(db, 0),
  queuedRequests,
  threadsOfAccount: (db) => threadsOfAccount(db, 'a'),
  threadsOfPhone: (db) => threadsOfPhone(db, 'a', '+1'),
};
