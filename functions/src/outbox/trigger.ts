/** Deploys the router of outbox entries. The event only says which document to look at; its content is read anew. */
import { onDocumentCreated } from 'firebase-functions/firestore';
import { logger } from 'firebase-functions';
import { readSettings, region } from '../config.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { createOutboxStore } from '../store/outbox.ts';
import { createStaffDirectory, type StaffDirectory } from '../store/staff.ts';
import { onOutboxCreated as route } from './on-outbox-created.ts';

let staff: StaffDirectory | undefined;

export const onOutboxCreated = onDocumentCreated(
  { document: 'outbox/{requestId}', region, retry: true, memory: '256MiB', timeoutSeconds: 60 },
  async (event) => {
    const { defaultCountry } = readSettings();
    staff ??= createStaffDirectory(openAuth(), Date.now);
    const outbox = createOutboxStore(openFirestore(), Date.now);
    await route({ outbox, staff, defaultCountry, log: logger }, event.params.requestId);
  },
);
