import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { OutboxWatch, type OutboxSink } from './outbox-watch.ts';

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

  it('tells that an entry has gone, though it went while the listener was replaced', async () => {
    const accountId = freshId('account');
    const told = new Told();
    watch.add(accountId, told);
    for (let round = 0; round < ROUNDS; round += 1) {
      const reference = db.doc(paths.outbox(freshId('entry')));
      await reference.set({ accountId, status: 'queued', createdAt: FieldValue.serverTimestamp() });
      await told.when(`${reference.id} unrouted`);
      const other = freshId('account');
      watch.add(other, new Told());
      await delay(round * STEP_MS);
      await reference.update({ status: 'rejected' });
      await told.when(`${reference.id} gone`);
      watch.remove(other);
    }
  });
});
