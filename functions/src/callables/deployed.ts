/** Deploys the callables. */
import { logger } from 'firebase-functions';
import { onCall } from 'firebase-functions/https';
import { readSettings, region } from '../config.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { createStaffDirectory } from '../store/staff.ts';
import { createUserStore } from '../store/users.ts';
import { answer, callerOf } from './callable.ts';
import { setUserRole as changeRole } from './set-user-role.ts';

export const setUserRole = onCall({ region, memory: '256MiB' }, (request) => {
  const { bootstrapAdminEmail } = readSettings();
  const staff = createStaffDirectory(openAuth(), Date.now);
  const users = createUserStore(openFirestore());
  const deps = { staff, users, bootstrapAdminEmail, log: logger };
  return answer(changeRole(deps, callerOf(request), request.data));
});
