import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type DocumentReference, type Firestore } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { freshId } from '../store/emulator.ts';
import { AccountOutboxScene, FREE } from './account-outbox-scene.ts';
import type { AccountOutbox } from './account-outbox.ts';
import type { SendingRules } from './gate.ts';
import { OutboxWatch } from './outbox-watch.ts';

/** More than a listener has in sight. */
const CROWD = 210;
/** Few enough that others get their turn while one of each is on its way. */
const CROWD_THREADS = 10;
const HOUR_MS = 3_600_000;
/** How long what is in its lane has to wait there. */
const SHORT_MS = 2_000;

const at = (ms: number): Timestamp => Timestamp.fromMillis(ms);

/** Holds everything, or first contacts only. */
function heldFor(ms: number | null, code: 'refused_by_whatsapp' | 'new_chats_restricted'): SendingRules {
  const until = ms === null ? null : at(Date.now() + ms);
  return { ...FREE, hold: { error: errorOf(code), since: at(Date.now()), until } };
}

/** Rounds twenty times as often. */
const hasty: Clock = { ...systemClock, after: (delayMs, task) => systemClock.after(delayMs / 20, task) };

/** Firestore, while there are documents that cannot be changed. */
function withUnwritable(db: Firestore, isUnwritable: (path: string) => boolean): Firestore {
  const bound = (target: object, name: string | symbol): unknown => {
    const value: unknown = Reflect.get(target, name);
    return typeof value === 'function' ? (...args: unknown[]) => Reflect.apply(value, target, args) as unknown : value;
  };
  const changed = (reference: DocumentReference): DocumentReference =>
    new Proxy(reference, {
      get: (target, name) =>
        name === 'update' && isUnwritable(target.path)
          ? () => Promise.reject(new Error('Firestore is away'))
          : bound(target, name),
    });
  return new Proxy(db, {
    get: (target, name) => (name === 'doc' ? (path: string) => changed(target.doc(path)) : bound(target, name)),
  });
}

describe('an older entry of a thread goes first, though it is not in sight', () => {
  let scene: AccountOutboxScene;
  let outbox: AccountOutbox;
  let threadId: string;
  let watch: OutboxWatch | null;
  let nowMs: number;

  beforeEach(() => {
    scene = new AccountOutboxScene();
    threadId = freshId('thread');
    watch = null;
    nowMs = Date.now();
  });
  afterEach(async () => {
    watch?.stop();
    await scene.close(outbox);
  });

  /** Watches as a host does, but for its haste. */
  function watched(db = scene.db): void {
    watch = new OutboxWatch(db, hasty, pino({ level: 'silent' }));
    watch.add(scene.accountId, outbox);
  }

  /** Lets the outbox get ready, which nobody but what it sends tells. */
  async function isReady(): Promise<void> {
    outbox.inView();
    outbox.admit(await scene.written({ threadId: freshId('thread'), createdAt: at(nowMs) }));
    await scene.firstSent;
    scene.forgetSent();
  }

  it('when more are released at once than a listener shows', async () => {
    const putOff = { status: 'scheduled', nextAttemptAt: at(nowMs + HOUR_MS) } as const;
    outbox = scene.open(heldFor(null, 'refused_by_whatsapp'));
    await scene.writtenUnanswered(CROWD, CROWD_THREADS, { createdAt: at(nowMs - 2), ...putOff });
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1), ...putOff });
    const newer = await scene.written({ threadId, createdAt: at(nowMs) });
    outbox.inView();
    outbox.rulesChanged(FREE);
    outbox.admit(newer);
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when a host died while it released them, and another goes on with it', async () => {
    outbox = scene.open(FREE);
    await scene.writtenUnanswered(CROWD, CROWD_THREADS, { createdAt: at(nowMs - 2) });
    const putOff = { status: 'scheduled', nextAttemptAt: at(nowMs + HOUR_MS) } as const;
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1), ...putOff });
    outbox.admit(await scene.written({ threadId, createdAt: at(nowMs) }));
    outbox.inView();
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when they are released because putting off ends', async () => {
    let aheadMs = 0;
    const clock = { ...systemClock, nowMs: () => nowMs + aheadMs };
    const putOff = { status: 'scheduled', nextAttemptAt: at(nowMs + SHORT_MS) } as const;
    outbox = scene.open(heldFor(SHORT_MS, 'refused_by_whatsapp'), undefined, { clock });
    await scene.writtenUnanswered(CROWD, CROWD_THREADS, { createdAt: at(nowMs - 2), ...putOff });
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1), ...putOff });
    outbox.admit(await scene.written({ threadId, createdAt: at(nowMs) }));
    watched();
    await scene.isIn('routed', older);
    aheadMs = 2 * SHORT_MS;
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when putting off ends and nothing was released yet', async () => {
    let aheadMs = 0;
    const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
    outbox = scene.open(heldFor(HOUR_MS, 'refused_by_whatsapp'), undefined, { clock });
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1) });
    outbox.admit(older);
    outbox.inView();
    await scene.isIn('scheduled', older);
    aheadMs = HOUR_MS - SHORT_MS;
    outbox.admit(await scene.written({ threadId, createdAt: at(nowMs) }));
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when its release fails', async () => {
    outbox = scene.open(FREE);
    await isReady();
    const sendAt = at(nowMs - 1);
    const putOff = { status: 'scheduled', nextAttemptAt: sendAt } as const;
    const older = await scene.written({ threadId, createdAt: at(nowMs - 2), sendAt, ...putOff });
    const failed = Promise.withResolvers<undefined>();
    let tries = 0;
    const isAway = (path: string): boolean => {
      if (path !== paths.outbox(older.requestId)) return false;
      failed.resolve(undefined);
      return (tries += 1) < 3;
    };
    watched(withUnwritable(scene.db, isAway));
    await failed.promise;
    outbox.admit(await scene.written({ threadId, createdAt: at(nowMs) }));
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when it was put off as a first contact and the customer has answered, also if its release fails at first', async () => {
    let [away, tries] = ['', 0];
    const db = withUnwritable(scene.db, (path) => path === away && (tries += 1) < 3);
    outbox = scene.open(heldFor(null, 'new_chats_restricted'), undefined, { db });
    await isReady();
    const created = { threadId, createdAt: at(nowMs - 1), isFirstContact: true };
    const older = await scene.written({ ...created, status: 'scheduled', nextAttemptAt: at(nowMs + HOUR_MS) });
    away = paths.outbox(older.requestId);
    outbox.answered(threadId);
    outbox.admit(await scene.written({ threadId, createdAt: at(nowMs) }));
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when the newer one is seen early because it was written early, to be sent later', async () => {
    outbox = scene.open(FREE);
    const sendAt = at(nowMs + SHORT_MS);
    const early = await scene.written({ threadId, createdAt: at(nowMs - HOUR_MS), sendAt });
    await scene.writtenUnanswered(CROWD, CROWD_THREADS, { createdAt: at(nowMs - 2) });
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1) });
    outbox.admit(early);
    outbox.inView();
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when the newer one was given back by a former owner', async () => {
    outbox = scene.open(FREE);
    await scene.writtenUnanswered(CROWD, CROWD_THREADS, { createdAt: at(nowMs - 2) });
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1) });
    await scene.written({ threadId, createdAt: at(nowMs), claimedAt: at(nowMs) });
    outbox.inView();
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });

  it('when the newer one went out of sight for the many that came before it', async () => {
    outbox = scene.open(heldFor(SHORT_MS, 'refused_by_whatsapp'));
    outbox.inView();
    const newer = await scene.written({ threadId, createdAt: at(nowMs) });
    outbox.admit(newer);
    const older = await scene.written({ threadId, createdAt: at(nowMs - 1) });
    outbox.gone(newer.requestId);
    assert.equal(await scene.firstSent, older.data.waMessageId);
  });
});
