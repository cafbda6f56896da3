/** Incidents as schedules open and resolve them. Each is theirs alone: hosts write other kinds. */
import { describeIncident, incidentSchema, type IncidentType } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { openIncidentsOf } from './queries.ts';

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
