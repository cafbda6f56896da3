import assert from 'node:assert/strict';
import { Firestore } from '@google-cloud/firestore';
import { startCountingProxy } from './counting-proxy.ts';
import { between, type Counts } from './operation-counts.ts';
import { freshId } from './unique.ts';
import { waitFor } from './wait.ts';

describe('the counter in front of Firestore', () => {
  let db: Firestore;
  let countsUrl: string;
  const letters = freshId('letters');

  before(async () => {
    const proxy = await startCountingProxy(process.env['FIRESTORE_EMULATOR_HOST'] ?? '');
    countsUrl = proxy.countsUrl;
    const [host = '', port = ''] = proxy.address.split(':');
    // As the SDK is set up by FIRESTORE_EMULATOR_HOST, which here names the emulator itself.
    db = new Firestore({
      projectId: 'demo-switchboard',
      host,
      port: Number(port),
      ssl: false,
      customHeaders: { Authorization: 'Bearer owner' },
    });
  });
  after(() => db.terminate());

  // What the proxy serves is this shape.
  const counts = async (): Promise<Counts> => (await (await fetch(countsUrl)).json()) as Counts;

  async function costOf(work: () => Promise<unknown>): Promise<Counts> {
    const before = await counts();
    await work();
    return between(before, await counts());
  }

  const letter = (id: string) => db.collection(letters).doc(id);

  it('counts a write per document, whatever is done to it', async () => {
    const cost = await costOf(async () => {
      const batch = db.batch();
      batch.create(letter('a'), { to: 'ana', n: 1 });
      batch.set(letter('b'), { to: 'ana', n: 2 });
      batch.set(letter('c'), { to: 'dan', n: 3 });
      await batch.commit();
      await letter('a').update({ n: 4 });
      await letter('c').delete();
    });
    assert.deepEqual(cost, { [`write ${letters}`]: 5 });
  });

  it('counts a read per document brought, and one for nothing found', async () => {
    const cost = await costOf(async () => {
      await letter('a').get();
      await letter('missing').get();
      await db.collection(letters).where('to', '==', 'ana').get();
      await db.collection(letters).where('to', '==', 'nobody').get();
      await db.collection(letters).count().get();
    });
    assert.deepEqual(cost, { [`read ${letters}`]: 4, 'read idle': 1, 'read counted': 1 });
  });

  it('counts what a transaction reads and writes', async () => {
    const cost = await costOf(() =>
      db.runTransaction(async (transaction) => {
        const stored = await transaction.get(letter('a'));
        transaction.update(stored.ref, { n: 5 });
      }),
    );
    assert.deepEqual(cost, { [`read ${letters}`]: 1, [`write ${letters}`]: 1 });
  });

  it('counts what a listener is told: what enters, what changes, and what leaves', async () => {
    let seen: readonly unknown[] = [];
    const told = (numbers: readonly unknown[]) =>
      waitFor(
        () => seen,
        (now) => JSON.stringify(now) === JSON.stringify(numbers),
        { what: `the listener to see ${String(numbers)}` },
      );
    let stop = (): void => undefined;
    const cost = await costOf(async () => {
      stop = db
        .collection(letters)
        .where('to', '==', 'ana')
        .orderBy('n')
        .onSnapshot((result) => {
          seen = result.docs.map((each): unknown => each.get('n'));
        });
      await told([2, 5]);
      await letter('b').update({ n: 6 });
      await told([5, 6]);
      await letter('b').update({ to: 'dan' });
      await told([5]);
    });
    stop();
    assert.deepEqual(cost, { [`read ${letters}`]: 4, [`write ${letters}`]: 2 });
  });
});
