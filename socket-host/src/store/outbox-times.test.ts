import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { microsOf } from '@switchboard/contract/timestamp';
import { Timestamp } from 'firebase-admin/firestore';
import { emulatedFirestore, freshId } from './emulator.ts';
import { postponeEntry, releaseDue, releasePostponed } from './outbox-times.ts';
import { claimEntry, readEntry, type OutboxEntry } from './outbox.ts';
import { routedEntry } from './routed-entry.ts';

const NOW_MS = Date.now();
const LATER = new Date(NOW_MS + 3_600_000);
const QUIET = { until: LATER, why: errorOf('quiet_hours'), isUnsent: true };

const ignored = (): void => undefined;

describe('outbox entries that wait for a time', () => {
  const db = emulatedFirestore();

  async function written(accountId: string, threadId: string, createdAtMs: number): Promise<OutboxEntry> {
    const requestId = freshId('entry');
    const { data } = routedEntry({ accountId, threadId, createdAt: Timestamp.fromMillis(createdAtMs) });
    await db.doc(paths.outbox(requestId)).set({ ...data });
    const entry = await readEntry(db, requestId);
    assert.ok(entry);
    return entry;
  }

  /** Stores entries that were put off, written a millisecond apart. */
  async function putOff(accountId: string, threadId: string, count: number): Promise<OutboxEntry[]> {
    const entries = await Promise.all(
      Array.from({ length: count }, (_, n) => written(accountId, threadId, NOW_MS + n)),
    );
    await Promise.all(entries.map((entry) => postponeEntry(db, entry, QUIET)));
    return entries;
  }

  async function released(entries: readonly OutboxEntry[]): Promise<OutboxEntry[]> {
    const stored = await Promise.all(entries.map(({ requestId }) => readEntry(db, requestId)));
    return stored.filter((entry) => entry !== null).filter(({ data }) => data.status === 'routed');
  }

  /** When each was released, µs since 1970. */
  async function momentsOf(entries: readonly OutboxEntry[]): Promise<number[]> {
    return (await released(entries)).map(({ version }) => microsOf(version));
  }

  it('are released in the order staff wrote them, so that nobody sees a later one alone', async () => {
    const accountId = freshId('account');
    const entries = await putOff(accountId, freshId('thread'), 20);
    await releaseDue(db, [accountId], new Date(LATER.getTime() + 1), ignored);
    const moments = await momentsOf(entries);
    assert.equal(moments.length, entries.length);
    assert.deepEqual(
      moments,
      moments.toSorted((a, b) => a - b),
    );
  });

  for (const [how, release] of [
    ['once they are due', (accountId: string) => releaseDue(db, [accountId], LATER, ignored)],
    ['once they are free', (accountId: string) => releasePostponed(db, accountId, () => true, ignored)],
  ] as const) {
    it(`are released in that order, however many there are, in whatever order they are due, ${how}`, async () => {
      const accountId = freshId('account');
      const threadIds = Array.from({ length: 61 }, () => freshId('thread'));
      const batch = db.batch();
      const threads = threadIds.map((threadId, ofThread) =>
        Array.from({ length: 5 }, (_, turn) => {
          const place = turn * threadIds.length + ofThread;
          const createdAt = Timestamp.fromMillis(NOW_MS + place);
          const nextAttemptAt = Timestamp.fromMillis(LATER.getTime() - place);
          const entry = routedEntry({ accountId, threadId, createdAt, nextAttemptAt, status: 'scheduled' });
          const requestId = freshId('entry');
          batch.set(db.doc(paths.outbox(requestId)), { ...entry.data });
          return { ...entry, requestId };
        }),
      );
      await batch.commit();
      await release(accountId);
      for (const entries of threads) {
        const moments = await momentsOf(entries);
        assert.equal(moments.length, entries.length);
        assert.deepEqual(
          moments,
          moments.toSorted((a, b) => a - b),
        );
      }
    });
  }

  it('are released, all that may go, however many may not, which stay untouched', async () => {
    const accountId = freshId('account');
    const [held, free] = [freshId('held'), freshId('free')];
    const [waiting, going] = [await putOff(accountId, held, 305), await putOff(accountId, free, 3)];
    const before = await Promise.all(waiting.map(({ requestId }) => readEntry(db, requestId)));
    await releasePostponed(db, accountId, ({ data }) => data.threadId === free, ignored);
    assert.equal((await released(going)).length, going.length);
    const after = await Promise.all(waiting.map(({ requestId }) => readEntry(db, requestId)));
    assert.deepEqual(
      after.map((entry) => entry?.version),
      before.map((entry) => entry?.version),
    );
  });

  it('are not put off when somebody was first, and that is told', async () => {
    const accountId = freshId('account');
    const entry = await written(accountId, freshId('thread'), NOW_MS);
    const lease = { accountId, hostId: 'other', epoch: 1 };
    await claimEntry(db, entry, { lease, built: new Uint8Array([1]), nowMs: NOW_MS });
    assert.equal(await postponeEntry(db, entry, QUIET), false);
    assert.equal((await readEntry(db, entry.requestId))?.data.status, 'processing');
  });
});
