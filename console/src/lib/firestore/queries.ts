/**
 * Every list the console asks for, each with its bound. Rules do not filter: a query names its team, unless an admin asks. Each has a row
 * in test/rules/client-queries.ts, where the rules and the indexes are tried on it.
 */
import { paths, COLLECTIONS } from '@switchboard/contract/paths';
import {
  collection,
  collectionGroup,
  limit,
  orderBy,
  query,
  startAfter,
  where,
  type Firestore,
  type Query,
  type QueryConstraint,
} from 'firebase/firestore';
import type { Timestamp } from '@switchboard/contract/timestamp';

/** A team, or `null` for all of them, which only admins may ask for. */
export type TeamScope = string | null;

/** How many messages are read at once. */
export const PAGE_SIZE = 50;

/** Which threads: each part narrows the list further. */
export interface ThreadsWanted {
  readonly accountId: string | null;
  readonly isArchived: boolean;
  readonly only:
    | { readonly kind: 'all' | 'unread' }
    | { readonly kind: 'assigned'; readonly to: string | null }
    | { readonly kind: 'tag'; readonly tag: string };
}

function ofTeam(team: TeamScope): QueryConstraint[] {
  return team === null ? [] : [where('team', '==', team)];
}

export function accountsQuery(db: Firestore, team: TeamScope): Query {
  return query(collection(db, COLLECTIONS.accounts), ...ofTeam(team), limit(500));
}

export function threadsQuery(db: Firestore, team: TeamScope, wanted: ThreadsWanted, count: number): Query {
  const { accountId, isArchived, only } = wanted;
  const narrowed: Record<ThreadsWanted['only']['kind'], () => QueryConstraint[]> = {
    all: () => [],
    unread: () => [where('unreadCount', '>', 0)],
    assigned: () => (only.kind === 'assigned' ? [where('assignedTo', '==', only.to)] : []),
    tag: () => (only.kind === 'tag' ? [where('tags', 'array-contains', only.tag)] : []),
  };
  return query(
    collection(db, COLLECTIONS.threads),
    ...ofTeam(team),
    where('archived', '==', isArchived),
    ...(accountId === null ? [] : [where('accountId', '==', accountId)]),
    ...narrowed[only.kind](),
    orderBy('lastMessageAt', 'desc'),
    ...(only.kind === 'unread' ? [orderBy('unreadCount', 'desc')] : []),
    limit(count),
  );
}

/** Threads whose name or number has this token, newest first. */
export function foundThreadsQuery(db: Firestore, team: string, token: string): Query {
  return query(
    collection(db, COLLECTIONS.threads),
    where('team', '==', team),
    where('searchTokens', 'array-contains', token),
    orderBy('lastMessageAt', 'desc'),
    limit(30),
  );
}

/** Messages of any thread whose text has this token, newest first. */
export function foundMessagesQuery(db: Firestore, team: string, token: string): Query {
  return query(
    collectionGroup(db, 'messages'),
    where('team', '==', team),
    where('searchTokens', 'array-contains', token),
    orderBy('createdAt', 'desc'),
    limit(30),
  );
}

/** The newest messages of a thread. */
export function newestMessagesQuery(db: Firestore, threadId: string): Query {
  return query(collection(db, paths.messages(threadId)), orderBy('createdAt', 'desc'), limit(PAGE_SIZE));
}

/** The messages just before a moment. */
export function olderMessagesQuery(db: Firestore, threadId: string, before: Timestamp): Query {
  return query(
    collection(db, paths.messages(threadId)),
    orderBy('createdAt', 'desc'),
    startAfter(before),
    limit(PAGE_SIZE),
  );
}

/** What this person asked to send lately: shows what has no message yet, and what was refused. */
export function ownOutboxQuery(db: Firestore, uid: string): Query {
  return query(
    collection(db, COLLECTIONS.outbox),
    where('createdBy', '==', uid),
    orderBy('createdAt', 'desc'),
    limit(40),
  );
}

export function notesQuery(db: Firestore, threadId: string): Query {
  return query(collection(db, `${paths.thread(threadId)}/notes`), orderBy('createdAt', 'desc'), limit(100));
}

export function typingQuery(db: Firestore, threadId: string): Query {
  return query(collection(db, paths.typing(threadId)), limit(20));
}

export function quickRepliesQuery(db: Firestore, team: TeamScope): Query {
  return query(collection(db, COLLECTIONS.quickReplies), ...ofTeam(team), limit(200));
}

export function usersQuery(db: Firestore): Query {
  return query(collection(db, COLLECTIONS.users), limit(200));
}
