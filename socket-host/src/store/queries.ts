/**
 * Every query the host makes. Kept in one place so that a test can walk them and prove that each has its index:
 * the emulator runs a query without one, the real Firestore refuses it.
 */
import { ACCOUNT_STATUSES } from '@switchboard/contract/account';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { Timestamp, type Firestore, type Query } from 'firebase-admin/firestore';

/** What the host watches of an outbox entry: not yet routed (it holds back what was written after it), and routed. */
const WAITING_STATUSES = ['queued', 'routed'];

/** How many accounts one outbox query may name. Firestore allows 30 combinations of `in` values in one query. */
export const MAX_WATCHED_ACCOUNTS = 15;

const HOSTABLE_STATUSES = ACCOUNT_STATUSES.filter((status) => status !== 'deleted');

export function ownedAccounts(db: Firestore, hostId: string): Query {
  return db.collection(COLLECTIONS.accounts).where('ownerHostId', '==', hostId);
}

/** Accounts that nobody runs and somebody should. */
export function freeAccounts(db: Firestore): Query {
  return db.collection(COLLECTIONS.accounts).where('ownerHostId', '==', null).where('status', 'in', HOSTABLE_STATUSES);
}

export function allHosts(db: Firestore): Query {
  return db.collection(COLLECTIONS.hosts);
}

/** What waits to be routed or sent for these accounts, oldest first. At most `MAX_WATCHED_ACCOUNTS` accounts. */
export function waitingOutbox(db: Firestore, accountIds: readonly string[], limit: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('accountId', 'in', accountIds)
    .where('status', 'in', WAITING_STATUSES)
    .orderBy('createdAt')
    .limit(limit);
}

/** What waits for a time that has come, or comes before `until`. */
export function dueOutbox(db: Firestore, accountIds: readonly string[], until: Timestamp, limit: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('accountId', 'in', accountIds)
    .where('status', '==', 'scheduled')
    .where('nextAttemptAt', '<=', until)
    .orderBy('nextAttemptAt')
    .limit(limit);
}

/** What waits for a later time, whoever set it. */
export function scheduledOutbox(db: Firestore, accountId: string, limit: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('accountId', '==', accountId)
    .where('status', '==', 'scheduled')
    .orderBy('nextAttemptAt')
    .limit(limit);
}

/** What waits in one thread, to be sent or for a later time. */
export function waitingInThread(db: Firestore, threadId: string, limit: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('threadId', '==', threadId)
    .where('status', 'in', ['routed', 'scheduled'])
    .limit(limit);
}

/** What an account sent, or tried to, since then. */
export function claimedSince(db: Firestore, accountId: string, since: Timestamp): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('accountId', '==', accountId)
    .where('claimedAt', '>', since)
    .orderBy('claimedAt');
}

/** Strangers an account wrote to since then. */
export function firstContactsSince(db: Firestore, accountId: string, since: Timestamp, limit: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('accountId', '==', accountId)
    .where('isFirstContact', '==', true)
    .where('claimedAt', '>', since)
    .orderBy('claimedAt', 'desc')
    .limit(limit);
}

/** What is claimed for these accounts and not settled, the oldest claims first. At most `MAX_WATCHED_ACCOUNTS` accounts. */
export function claimedOutbox(db: Firestore, accountIds: readonly string[], limit: number): Query {
  return db
    .collection(COLLECTIONS.outbox)
    .where('accountId', 'in', accountIds)
    .where('status', '==', 'processing')
    .orderBy('leaseUntil')
    .limit(limit);
}

export function outboxByMessageId(db: Firestore, waMessageId: string): Query {
  return db.collection(COLLECTIONS.outbox).where('waMessageId', '==', waMessageId);
}

/** The copies of one WhatsApp message: two when both ends are accounts of ours. */
export function messagesById(db: Firestore, waMessageId: string): Query {
  return db.collectionGroup('messages').where('waMessageId', '==', waMessageId);
}

/** What was kept for a message that has not come yet. */
export function earlyChangesOf(db: Firestore, threadId: string, targetId: string): Query {
  return db.collection(paths.earlyChanges(threadId)).where('targetId', '==', targetId);
}

export function newestMessages(db: Firestore, threadId: string, limit: number): Query {
  return db.collection(paths.messages(threadId)).orderBy('createdAt', 'desc').limit(limit);
}

const SAMPLE_TIME = Timestamp.fromMillis(0);

/** Each query with sample arguments, for the index test. */
export const QUERIES: Record<string, (db: Firestore) => Query> = {
  ownedAccounts: (db) => ownedAccounts(db, 'host'),
  freeAccounts: (db) => freeAccounts(db),
  allHosts: (db) => allHosts(db),
  waitingOutbox: (db) => waitingOutbox(db, ['a', 'b'], 1),
  dueOutbox: (db) => dueOutbox(db, ['a', 'b'], SAMPLE_TIME, 1),
  scheduledOutbox: (db) => scheduledOutbox(db, 'a', 1),
  waitingInThread: (db) => waitingInThread(db, 't', 1),
  claimedSince: (db) => claimedSince(db, 'a', SAMPLE_TIME),
  firstContactsSince: (db) => firstContactsSince(db, 'a', SAMPLE_TIME, 1),
  claimedOutbox: (db) => claimedOutbox(db, ['a', 'b'], 1),
  outboxByMessageId: (db) => outboxByMessageId(db, '3EB0'),
  messagesById: (db) => messagesById(db, '3EB0'),
  earlyChangesOf: (db) => earlyChangesOf(db, 't', '3EB0'),
  newestMessages: (db) => newestMessages(db, 't', 2),
};
