/** Deploys the router of account requests. The event only says which document to look at; its content is read anew. */
import { logger } from 'firebase-functions';
import { onDocumentCreated } from 'firebase-functions/firestore';
import { readSettings, region } from '../config.ts';
import { createAccountRequestStore } from '../store/account-requests.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { createStaffDirectory, type StaffDirectory } from '../store/staff.ts';
import { onAccountRequestCreated as route } from './on-account-request-created.ts';

let staff: StaffDirectory | undefined;

export const onAccountRequestCreated = onDocumentCreated(
  { document: 'accountRequests/{requestId}', region, retry: true, memory: '256MiB', timeoutSeconds: 60 },
  async (event) => {
    const { environment, defaultCountry } = readSettings();
    staff ??= createStaffDirectory(openAuth(), Date.now);
    const requests = createAccountRequestStore(openFirestore());
    await route({ requests, staff, environment, defaultCountry, log: logger }, event.params.requestId);
  },
);
