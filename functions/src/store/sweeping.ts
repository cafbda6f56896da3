/** What schedules look for, page by page: ids and times only, so that a sweep of many costs little memory. */
import type { AccountStatus } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { microsOf, timestampSchema } from '@switchboard/contract/timestamp';
import type { DocumentReference, Firestore, Query, QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { isDocumentId } from './document-id.ts';
import {
  accountsDeletedSince,
  expiredClaims,
  queuedRequests,
  timedOutbox,
  unroutedOutbox,
  untimedOutbox,
  waitingOutboxOf,
} from './queries.ts';

const PAGE = 200;

/** Visits all documents of a query in its order, whatever becomes of each; what is visited does not come again. */
export async function* pagesOf(query: Query, fields: readonly string[]): AsyncGenerator<QueryDocumentSnapshot> {
  for (let last: QueryDocumentSnapshot | undefined; ;) {
    const base = query.select(...fields).limit(PAGE);
    const { docs } = await (last ? base.startAfter(last) : base).get();
    yield* docs;
    last = docs.at(-1);
    if (docs.length < PAGE) return;
  }
}

/** How many documents a schedule reads or changes at once, where each is a call of its own. */
const AT_ONCE = 25;

/** What there is to do, in its order, so much at a time as may be done at once. */
export async function* batchesOf<T>(all: Iterable<T> | AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const one of all) {
    batch.push(one);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Whether a conditional write was made; whatever kept it from that, the next run looks again. */
export function isDone(write: Promise<unknown>): Promise<boolean> {
  return write.then(
    () => true,
    () => false,
  );
}

/** A moment that is stored, ms; 0 for what is none, which is older than any. */
export function msOf(stored: unknown): number {
  const at = timestampSchema.safeParse(stored);
  return at.success ? at.data.toMillis() : 0;
}

export async function* idsOf(query: Query, fields: readonly string[]): AsyncGenerator<string> {
  for await (const snapshot of pagesOf(query, fields)) yield snapshot.id;
}

export interface ExpiredClaim {
  readonly requestId: string;
  readonly accountId: string;
  readonly createdAtMs: number;
  readonly leaseUntilMs: number;
  /** Not while the deletion goes on: until its host has written `deleted`, which it does last, it may settle what it claimed. */
  readonly isAccountDeleted: boolean;
}

export interface OutboxSweep {
  /** Entries nobody has routed that were written before a moment, oldest first. */
  unroutedBefore(beforeMs: number): AsyncIterable<string>;
  /** Scheduled entries that were due before a moment. */
  dueBefore(beforeMs: number): AsyncIterable<string>;
  /** Routed entries that could have gone since a moment. What is planned and what was put off is found once its time is that long ago. */
  readyBefore(beforeMs: number): AsyncIterable<string>;
  expiredClaims(beforeMs: number): AsyncIterable<ExpiredClaim>;
  /** Entries that wait for accounts that were deleted since a moment. */
  ofAccountsDeletedSince(sinceMs: number): AsyncIterable<string>;
}

export function createOutboxSweep(db: Firestore): OutboxSweep {
  return {
    unroutedBefore: (beforeMs) => idsOf(unroutedOutbox(db, beforeMs), ['createdAt']),
    dueBefore: (beforeMs) => idsOf(timedOutbox(db, 'scheduled', beforeMs), ['nextAttemptAt']),

    async *readyBefore(beforeMs) {
      yield* idsOf(untimedOutbox(db, beforeMs), ['createdAt']);
      yield* idsOf(timedOutbox(db, 'routed', beforeMs), ['nextAttemptAt']);
    },

    async *expiredClaims(beforeMs) {
      const deleted = new Map<string, Promise<boolean>>();
      const isAccountDeleted = (accountId: string) => {
        const known = deleted.get(accountId) ?? isDeleted(db, accountId);
        deleted.set(accountId, known);
        return known;
      };
      const claims = pagesOf(expiredClaims(db, beforeMs), ['accountId', 'createdAt', 'leaseUntil']);
      for await (const batch of batchesOf(claims)) {
        yield* await Promise.all(
          batch.map(async (claim) => {
            const accountId = String(claim.get('accountId'));
            return {
              requestId: claim.id,
              accountId,
              createdAtMs: msOf(claim.get('createdAt')),
              leaseUntilMs: msOf(claim.get('leaseUntil')),
              isAccountDeleted: await isAccountDeleted(accountId),
            };
          }),
        );
      }
    },

    async *ofAccountsDeletedSince(sinceMs) {
      for await (const account of pagesOf(accountsDeletedSince(db, sinceMs), ['updatedAt'])) {
        yield* idsOf(waitingOutboxOf(db, account.id), []);
      }
    },
  };
}

async function isDeleted(db: Firestore, accountId: string): Promise<boolean> {
  if (!isDocumentId(accountId)) return false;
  const account = await db.doc(paths.account(accountId)).get();
  return account.get('status') === ('deleted' satisfies AccountStatus);
}

/**
 * Account requests that still wait for their routing and were written before a moment, as they were asked: so that the older of an
 * account are done before the newer take their place. One without a moment is waited for no longer, and no query can order those.
 */
export async function* requestsQueuedBefore(db: Firestore, beforeMs: number): AsyncGenerator<string> {
  const queued: QueryDocumentSnapshot[] = [];
  for await (const request of pagesOf(queuedRequests(db), ['createdAt'])) {
    if (msOf(request.get('createdAt')) <= beforeMs) queued.push(request);
  }
  yield* queued.sort((a, b) => microsOf(a.createTime) - microsOf(b.createTime)).map(({ id }) => id);
}

const DELETED_AT_ONCE = 400;

/** Deletes what a query finds, page by page. @returns how many documents that were. */
export async function deleteAll(db: Firestore, query: Query): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { docs } = await query.select().limit(DELETED_AT_ONCE).get();
    await deleteTogether(
      db,
      docs.map(({ ref }) => ref),
    );
    deleted += docs.length;
    if (docs.length < DELETED_AT_ONCE) return deleted;
  }
}

async function deleteTogether(db: Firestore, refs: readonly DocumentReference[]): Promise<void> {
  if (refs.length === 0) return;
  const batch = db.batch();
  for (const ref of refs) batch.delete(ref);
  await batch.commit();
}
