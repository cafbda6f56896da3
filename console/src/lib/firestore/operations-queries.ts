/**
 * The lists of those who run the numbers: hosts, incidents, what waits, who did what. Bounded and walked by the rules' tests like those
 * of queries.ts.
 */
import { COLLECTIONS } from '@switchboard/contract/paths';
import { collection, limit, orderBy, query, where, type Firestore, type Query } from 'firebase/firestore';
import type { TeamScope } from './queries.ts';

/** The hosts that were alive last, those that went among them: they keep what they did in their last hour. */
export function hostsQuery(db: Firestore): Query {
  return query(collection(db, COLLECTIONS.hosts), orderBy('heartbeatAt', 'desc'), limit(50));
}

/** One per account and kind of trouble. */
export function openIncidentsQuery(db: Firestore): Query {
  return query(collection(db, COLLECTIONS.incidents), where('resolvedAt', '==', null), limit(200));
}

/** There is at most one of each kind. */
export function incidentsOfAccountQuery(db: Firestore, accountId: string): Query {
  return query(collection(db, COLLECTIONS.incidents), where('accountId', '==', accountId), limit(50));
}

/** What has waited longest to be sent. Entries carry a team once they are routed, so only admins see those that are not. */
export function oldestWaitingQuery(db: Firestore, team: TeamScope): Query {
  const all = collection(db, COLLECTIONS.outbox);
  const waiting =
    team === null
      ? query(all, where('status', 'in', ['queued', 'routed', 'processing']))
      : query(all, where('team', '==', team), where('status', 'in', ['routed', 'processing']));
  return query(waiting, orderBy('createdAt', 'asc'), limit(1));
}

export function auditQuery(db: Firestore, count: number): Query {
  return query(collection(db, COLLECTIONS.auditLog), orderBy('at', 'desc'), limit(count));
}
