/** How much is in the outbox, counted by Firestore: no document is read. */
import type { Firestore } from 'firebase-admin/firestore';
import type { OutboxCounts } from '../outbox/quotas.ts';
import { outboxOfUserSince, waitingOutboxOf } from './queries.ts';

export function createOutboxCounts(db: Firestore): OutboxCounts {
  return {
    ofUserSince: async (uid, sinceMs, limit) =>
      (await outboxOfUserSince(db, uid, sinceMs).limit(limit).count().get()).data().count,
    waitingFor: async (accountId, limit) =>
      (await waitingOutboxOf(db, accountId).limit(limit).count().get()).data().count,
  };
}
