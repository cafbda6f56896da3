/** Incidents as schedules open and resolve them. Each kind is theirs alone, but for notices, which hosts open and nothing else ends. */
import { describeIncident, incidentSchema, NOTICE_TYPES, type IncidentType } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { openIncidentsOf } from './queries.ts';
import { batchesOf, msOf } from './sweeping.ts';

type Details = Readonly<Record<string, string | number>>;

/** So many incidents a run opens or counts up, and ends so many: a schedule must not run into its time-out. */
const MOST_PER_RUN = 2_000;

/**
 * Makes the open incidents of a kind exactly these. One that goes on is counted up; one that is over is resolved. Of more than `most`,
 * new ones come first, then those that were counted longest ago: the next run goes on with what this one leaves.
 *
 * @returns how many are new.
 * @throws AggregateError at the end, when some could not be written: they keep it from none of the others.
 */
export async function reportIncidents(
  db: Firestore,
  type: IncidentType,
  troubles: ReadonlyMap<string, Details>,
  most = MOST_PER_RUN,
): Promise<number> {
  const { docs } = await openIncidentsOf(db, type).select('accountId', 'lastAt').get();
  const accountOf = (incident: QueryDocumentSnapshot) => String(incident.get('accountId'));
  const countedMs = new Map(docs.map((incident) => [accountOf(incident), msOf(incident.get('lastAt'))]));
  const turnOf = (accountId: string) => countedMs.get(accountId) ?? 0;
  const inTurn = [...troubles].sort(([a], [b]) => turnOf(a) - turnOf(b));
  let opened = 0;
  const errors: unknown[] = [];
  for await (const batch of batchesOf(inTurn.slice(0, most))) {
    const done = await Promise.allSettled(batch.map(([accountId, details]) => open(db, type, accountId, details)));
    for (const one of done) {
      if (one.status === 'rejected') errors.push(one.reason);
      else if (one.value) opened += 1;
    }
  }
  await resolve(docs.filter((incident) => !troubles.has(accountOf(incident))).slice(0, most));
  if (errors.length > 0) throw new AggregateError(errors, `incidents that could not be written: ${type}`);
  return opened;
}

/** Resolves the notices of what happened last before a moment. @returns how many. */
export async function endNotices(db: Firestore, beforeMs: number): Promise<number> {
  const found = await Promise.all(Array.from(NOTICE_TYPES, (type) => openIncidentsOf(db, type).get()));
  const over = found.flatMap(({ docs }) => docs).filter((notice) => msOf(notice.get('lastAt')) < beforeMs);
  await resolve(over);
  return over.length;
}

async function resolve(incidents: readonly QueryDocumentSnapshot[]): Promise<void> {
  for await (const batch of batchesOf(incidents)) {
    await Promise.all(batch.map(({ ref }) => ref.update({ resolvedAt: FieldValue.serverTimestamp() })));
  }
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
