import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { OutboxWatch, type OutboxSink } from './outbox-watch.ts';

const WINDOW = 200;
/** google.rpc.Code. */
const UNKNOWN = 2;
const ROUNDS = 20;
/** From one round to the next the entry goes this much later, so that some go while the listener is being replaced, ms. */
const STEP_MS = 5;

/** Says what it was told, to whoever waits for it. */
class Told implements OutboxSink {
  readonly #told = new Map<string, PromiseWithResolvers<undefined>>();

  when(what: string): Promise<undefined> {
    const known = this.#told.get(what) ?? Promise.withResolvers<undefined>();
    this.#told.set(what, known);
    return known.promise;
  }

  unrouted({ requestId }: { requestId: string }): void {
    this.#tell(`${requestId} unrouted`);
  }

  gone(requestId: string): void {
    this.#tell(`${requestId} gone`);
  }

  inView(): void {
    this.#tell('in view');
  }

  admit(): void {
    assert.fail('nothing is routed here');
  }

  recover(): void {
    assert.fail('nothing is claimed here');
  }

  #tell(what: string): void {
    void this.when(what);
    this.#told.get(what)?.resolve(undefined);
  }
}

/** The emulator answers UNKNOWN to a write that meets a listener at its end, whether it landed or not. */
async function written(write: () => Promise<unknown>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (tried === 5 || !(error instanceof Error && 'code' in error && error.code === UNKNOWN)) throw error;
    }
  }
}

describe('the watch over outbox entries', () => {
  const db = emulatedFirestore();
  const watch = new OutboxWatch(db, systemClock, pino({ level: 'silent' }));

  after(() => {
    watch.stop();
  });

  it('tells that an account is in view only when it is, though others came before it', async () => {
    const first = new Told();
    watch.add(freshId('account'), first);
    await first.when('in view');
    const accountId = freshId('account');
    const { id } = await db
      .collection('outbox')
      .add({ accountId, status: 'queued', createdAt: FieldValue.serverTimestamp() });
    const told: string[] = [];
    const second = new Told();
    void second.when(`${id} unrouted`).then(() => told.push('unrouted'));
    void second.when('in view').then(() => told.push('in view'));
    watch.add(accountId, second);
    await second.when('in view');
    await second.when(`${id} unrouted`);
    assert.deepEqual(told, ['unrouted', 'in view']);
  });

  it('keeps an account from filling the sight of another, also with entries nobody can read', async () => {
    const [full, other] = [freshId('account'), freshId('account')];
    const batch = db.batch();
    for (let n = 0; n < WINDOW + 1; n += 1) {
      const createdAt = Timestamp.fromMillis(n);
      batch.set(db.doc(paths.outbox(freshId('malformed'))), { accountId: full, status: 'routed', createdAt });
    }
    await batch.commit();
    const { id } = await db
      .collection('outbox')
      .add({ accountId: other, status: 'queued', createdAt: FieldValue.serverTimestamp() });
    const told = new Told();
    watch.add(full, new Told());
    watch.add(other, told);
    await told.when(`${id} unrouted`);
    watch.remove(full);
    watch.remove(other);
  });

  it('tells that an entry has gone, though it went while the listener was replaced', async () => {
    const accountId = freshId('account');
    const told = new Told();
    watch.add(accountId, told);
    for (let round = 0; round < ROUNDS; round += 1) {
      const reference = db.doc(paths.outbox(freshId('entry')));
      await written(() => reference.set({ accountId, status: 'queued', createdAt: FieldValue.serverTimestamp() }));
      await told.when(`${reference.id} unrouted`);
      const other = freshId('account');
      watch.add(other, new Told());
      await delay(round * STEP_MS);
      await written(() => reference.update({ status: 'rejected' }));
      await told.when(`${reference.id} gone`);
      watch.remove(other);
    }
  });
});
