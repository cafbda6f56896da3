/** Incidents as schedules open and resolve them. Each kind is theirs alone, but for notices, which hosts open and nothing else ends. */
import { describeIncident, incidentSchema, NOTICE_TYPES, type IncidentType } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { openIncidentsOf } from './queries.ts';
import { msOf } from './sweeping.ts';

type Details = Readonly<Record<string, string | number>>;

/**
 * Makes the open incidents of a kind exactly these. One that goes on is counted up; one that is over is resolved.
 *
 * @returns how many are new.
 */
export async function reportIncidents(
  db: Firestore,
  type: IncidentType,
  troubles: ReadonlyMap<string, Details>,
): Promise<number> {
  let opened = 0;
  for (const [accountId, details] of troubles) if (await open(db, type, accountId, details)) opened += 1;
  const { docs } = await openIncidentsOf(db, type).get();
  const over = docs.filter((incident) => !troubles.has(String(incident.get('accountId'))));
  for (const { ref } of over) await ref.update({ resolvedAt: FieldValue.serverTimestamp() });
  return opened;
}

/** Resolves the notices of what happened last before a moment. @returns how many. */
export async function endNotices(db: Firestore, beforeMs: number): Promise<number> {
  const found = await Promise.all(Array.from(NOTICE_TYPES, (type) => openIncidentsOf(db, type).get()));
  const over = found.flatMap(({ docs }) => docs).filter((notice) => msOf(notice.get('lastAt')) < beforeMs);
  for (const { ref } of over) await ref.update({ resolvedAt: FieldValue.serverTimestamp() });
  return over.length;
}

async function open(db: Firestore, type: IncidentType, accountId: string, details: Details): Promise<boolean> {
  const ref = db.doc(paths.incident(incidentIdOf(accountId, type)));
  const at = FieldValue.serverTimestamp();
  return db.runTransaction(async (tx) => {
    const known = incidentSchema.safeParse((await tx.get(ref)).data());
    if (known.success && known.data.resolvedAt === null) {
      tx.update(ref, { details, lastAt: at, count: FieldValue.increment(1) });
      return false;
    }
    tx.set(ref, {
      accountId,
      type,
      ...describeIncident(type),
      details,
      ts: at,
      lastAt: at,
      count: 1,
      resolvedAt: null,
    });
    return true;
  });
}
