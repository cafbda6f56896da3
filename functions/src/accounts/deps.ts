/** What routing account requests needs, as deployed; kept between calls of one process. */
import { logger } from 'firebase-functions';
import { readSettings } from '../config.ts';
import { createAccountRequestStore } from '../store/account-requests.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { createStaffDirectory, type StaffDirectory } from '../store/staff.ts';
import type { AccountRequestDeps } from './on-account-request-created.ts';

let staff: StaffDirectory | undefined;

export function accountRequestDeps(): AccountRequestDeps {
  const { environment, defaultCountry } = readSettings();
  staff ??= createStaffDirectory(openAuth(), Date.now);
  return {
    requests: createAccountRequestStore(openFirestore()),
    staff,
    environment,
    defaultCountry,
    log: logger,
  };
}
