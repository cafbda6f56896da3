/** Puts together what routing an entry needs, once per process: the trigger and the sweep route by the same code. */
import { logger } from 'firebase-functions';
import { readSettings } from '../config.ts';
import { openAuth, openFirestore } from '../store/firestore.ts';
import { createOutboxCounts } from '../store/outbox-counts.ts';
import { createOutboxStore } from '../store/outbox.ts';
import { createStaffDirectory } from '../store/staff.ts';
import type { OutboxDeps } from './on-outbox-created.ts';
import { createQuotas } from './quotas.ts';

let deps: OutboxDeps | undefined;

export function outboxDeps(): OutboxDeps {
  if (deps) return deps;
  const { defaultCountry, quotas } = readSettings();
  const db = openFirestore();
  deps = {
    outbox: createOutboxStore(db, Date.now),
    staff: createStaffDirectory(openAuth(), Date.now),
    quotas: createQuotas(createOutboxCounts(db), quotas, Date.now),
    defaultCountry,
    nowMs: Date.now,
    log: logger,
  };
  return deps;
}
