import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Query, Timestamp, type Firestore } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import { OutboxWatch, type OutboxSink } from './outbox-watch.ts';

const WINDOW = 200;
const GATHER_MS = 50;
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

  outOfSight(): void {
    assert.fail('nothing is put off here');
  }

  admit({ requestId }: OutboxEntry): void {
    this.#tell(`${requestId} routed`);
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

type Answers = Pick<Query, 'get' | 'onSnapshot'>;

/** Firestore as it is, except for what its queries answer. */
function withQueries(db: Firestore, answersOf: (query: Query) => Partial<Answers>): Firestore {
  const changed = <T extends object>(real: T): T =>
    new Proxy(real, {
      get: (target, name) => {
        const answers = target instanceof Query ? answersOf(target) : {};
        const value: unknown = Reflect.get(name in answers ? answers : target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, args);
          return result instanceof Query ? changed(result) : result;
        };
      },
    });
  return changed(db);
}

/** Tells what enters and leaves the result of a query, and never what changes within it. */
function deafToChanges(query: Query): Pick<Answers, 'onSnapshot'> {
  return {
    onSnapshot: (onNext, onError) =>
      query.onSnapshot((result) => {
        if (!result.docChanges().some(({ type }) => type === 'modified')) onNext(result);
      }, onError),
  };
}

/** Twenty times as fast: not more, for a listener has to be answered in time. */
const hastyClock: Clock = { ...systemClock, after: (delayMs, task) => systemClock.after(delayMs / 20, task) };

describe('the watch over outbox entries', () => {
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });
  const watch = new OutboxWatch(db, systemClock, logger);

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

  it('tells nobody to be in view of whom nothing was asked yet', async () => {
    const [asked, answer] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const slow = withQueries(db, (query) => ({
      get: async () => {
        const result = await query.get();
        asked.resolve(undefined);
        await answer.promise;
        return result;
      },
    }));
    let [subscribe, isSecondTold] = [(): void => undefined, false];
    const clock: Clock = {
      ...systemClock,
      after: (delayMs, task) => {
        if (delayMs !== GATHER_MS) return systemClock.after(delayMs, task);
        subscribe = task;
        return () => undefined;
      },
    };
    const own = new OutboxWatch(slow, clock, logger);
    const [first, second] = [new Told(), new Told()];
    own.add(freshId('account'), first);
    subscribe();
    await asked.promise;
    own.add(freshId('account'), second);
    void second.when('in view').then(() => (isSecondTold = true));
    answer.resolve(undefined);
    await first.when('in view');
    await delay(0);
    assert.ok(!isSecondTold);
    subscribe();
    await second.when('in view');
    own.stop();
  });

  it('tells that an entry was routed, though the listener that saw it unrouted does not', async () => {
    const accountId = freshId('account');
    const own = new OutboxWatch(withQueries(db, deafToChanges), hastyClock, logger);
    const reference = db.doc(paths.outbox(freshId('entry')));
    await reference.set({ accountId, status: 'queued', createdAt: FieldValue.serverTimestamp() });
    const told = new Told();
    own.add(accountId, told);
    await told.when(`${reference.id} unrouted`);
    await reference.set({ ...routedEntry({ accountId }).data });
    await told.when(`${reference.id} routed`);
    own.stop();
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
