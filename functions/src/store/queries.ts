/**
 * Every query the functions make. The emulator runs a query without its index and production does not, so a test
 * walks `QUERIES` and proves that `firestore.indexes.json` serves each.
 */
import { COLLECTIONS } from '@switchboard/contract/paths';
import type { Firestore, Query } from 'firebase-admin/firestore';

/** Two are enough to know whether somebody else is admin too. */
export function someAdmins(db: Firestore): Query {
  return db.collection(COLLECTIONS.users).where('role', '==', 'admin').limit(2);
}

export const QUERIES: Record<string, (db: Firestore) => Query> = {
  someAdmins,
};
