/** Puts together what moving bulk sends on needs: the schedule and the callables move them by the same code. */
import { logger } from 'firebase-functions';
import { activeBulkIds, stepBulk } from '../store/bulk-progress.ts';
import { changeEntry } from '../store/entries.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { createStaffDirectory } from '../store/staff.ts';
import { whyNotGoOn } from './may-send.ts';
import type { runBulkSends } from './run-bulk.ts';

export function bulkDeps(): Parameters<typeof runBulkSends>[0] {
  const db = openFirestore();
  const staff = createStaffDirectory(openAuth(), Date.now);
  return {
    activeIds: () => activeBulkIds(db),
    step: (bulkId) => stepBulk(db, bulkId, (bulk, account) => whyNotGoOn(staff, bulk, account)),
    change: (requestId, work) => changeEntry(db, requestId, work),
    log: logger,
  };
}
