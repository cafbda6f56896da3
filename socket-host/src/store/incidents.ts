/** Incidents in Firestore: one document per account and kind of trouble, opened, repeated, resolved. */
import { describeIncident, INCIDENT_TYPES, incidentSchema, type IncidentType } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { asRead, undisturbed } from './undisturbed.ts';

export interface Trouble {
  readonly accountId: string;
  readonly type: IncidentType;
  readonly details: Readonly<Record<string, string | number>>;
}

/** Records trouble that people should see. While it lasts, the same trouble of the same account only counts up. */
export async function openIncident(db: Firestore, { accountId, type, details }: Trouble): Promise<void> {
  const reference = db.doc(paths.incident(incidentIdOf(accountId, type)));
  await undisturbed(async () => {
    const snapshot = await reference.get();
    const stored = incidentSchema.safeParse(snapshot.data());
    const at = FieldValue.serverTimestamp();
    if (stored.success && stored.data.resolvedAt === null) {
      await reference.update({ details, lastAt: at, count: FieldValue.increment(1) }, asRead(snapshot));
      return;
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
    await (snapshot.exists ? reference.update(opened, asRead(snapshot)) : reference.create(opened));
  });
}

/** What troubled the account is over: all of it, or these kinds. @returns how many incidents that resolved. */
export async function resolveIncidents(
  db: Firestore,
  accountId: string,
  types: readonly IncidentType[] = INCIDENT_TYPES,
): Promise<number> {
  const references = types.map((type) => db.doc(paths.incident(incidentIdOf(accountId, type))));
  const open = (await db.getAll(...references)).filter((incident) => incident.get('resolvedAt') === null);
  if (open.length === 0) return 0;
  const batch = db.batch();
  for (const { ref } of open) batch.update(ref, { resolvedAt: FieldValue.serverTimestamp() });
  await batch.commit();
  return open.length;
}
