/** Incidents in Firestore: one document per account and kind of trouble, opened, repeated, resolved. */
import { describeIncident, INCIDENT_TYPES, incidentSchema, type IncidentType } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { underLease, type Tenure } from './under-lease.ts';
import { asRead } from './undisturbed.ts';

export interface Trouble {
  readonly type: IncidentType;
  readonly details: Readonly<Record<string, string | number>>;
}

/**
 * Records trouble that people should see. While it lasts, the same trouble of the same account only counts up.
 *
 * @returns whether it was; not when the account is another host's by now, which has troubles of its own.
 */
export async function openIncident(db: Firestore, tenure: Tenure, { type, details }: Trouble): Promise<boolean> {
  const { accountId } = tenure;
  const reference = db.doc(paths.incident(incidentIdOf(accountId, type)));
  const { became } = await underLease(db, tenure, [reference], (batch, [snapshot]) => {
    if (!snapshot) throw new Error('Firestore answered fewer documents than it was asked for');
    const stored = incidentSchema.safeParse(snapshot.data());
    const at = FieldValue.serverTimestamp();
    if (stored.success && stored.data.resolvedAt === null) {
      batch.update(reference, { details, lastAt: at, count: FieldValue.increment(1) }, asRead(snapshot));
      return true;
    }
    const opened = {
      accountId,
      type,
      ...describeIncident(type),
      details,
      count: 1,
      resolvedAt: null,
      ts: at,
      lastAt: at,
    };
    if (snapshot.exists) batch.update(reference, opened, asRead(snapshot));
    else batch.create(reference, opened);
    return true;
  });
  return became === 'written';
}

/** What troubled the account is over: all of it, or these kinds. @returns how many incidents that resolved. */
export async function resolveIncidents(
  db: Firestore,
  tenure: Tenure,
  types: readonly IncidentType[] = INCIDENT_TYPES,
): Promise<number> {
  const references = types.map((type) => db.doc(paths.incident(incidentIdOf(tenure.accountId, type))));
  let count = 0;
  const { became } = await underLease(db, tenure, references, (batch, found) => {
    const open = found.filter((incident) => incident.get('resolvedAt') === null);
    for (const incident of open) {
      batch.update(incident.ref, { resolvedAt: FieldValue.serverTimestamp() }, asRead(incident));
    }
    count = open.length;
    return count > 0;
  });
  return became === 'written' ? count : 0;
}
