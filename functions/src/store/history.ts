/** What is kept for a time only: the audit log, account requests, bulk sends with their lists. */
import { paths } from '@switchboard/contract/paths';
import type { Firestore } from 'firebase-admin/firestore';
import { auditBefore, bulkSendsEndedBefore, requestsBefore } from './queries.ts';
import { deleteAll } from './sweeping.ts';

export function historyPurges(db: Firestore): Record<string, (beforeMs: number) => Promise<number>> {
  return {
    auditLog: (beforeMs) => deleteAll(db, auditBefore(db, beforeMs)),
    accountRequests: (beforeMs) => deleteAll(db, requestsBefore(db, beforeMs)),
    bulkSends: (beforeMs) => purgeBulkSends(db, beforeMs),
  };
}

/** The list goes first: a bulk send that is still there is found again, a list without one is not. */
async function purgeBulkSends(db: Firestore, beforeMs: number): Promise<number> {
  const { docs } = await bulkSendsEndedBefore(db, beforeMs).select().limit(100).get();
  for (const { id, ref } of docs) {
    await deleteAll(db, db.collection(paths.bulkRecipients(id)));
    await ref.delete();
  }
  return docs.length;
}
