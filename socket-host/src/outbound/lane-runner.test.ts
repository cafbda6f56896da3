import assert from 'node:assert/strict';
import { EventEmitter, on } from 'node:events';
import { errorOf } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { systemClock, type Clock } from '../clock.ts';
import { claimEntry } from '../store/outbox.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { MAX_ATTEMPTS } from './decide-settlement.ts';
import { FREE, LaneScene, NOT_CONNECTED, PRESENT } from './lane-scene.ts';
import { MAX_UNDER_WAY } from './pacer.ts';

/** The epoch of a lease before that of the lanes. */
const FORMER = 1;
const WINDOW_MS = 60_000;

/** A clock on which every wait is over at once, and has taken its time. */
function leapingClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, task) =>
      systemClock.after(0, () => {
        nowMs += delayMs;
        task();
      }),
  };
}

describe('an entry in its lane', () => {
  let scene: LaneScene;

  beforeEach(() => {
    scene = new LaneScene();
  });

  it('is held like any other though it was tried before, when staff have it sent again', async () => {
    const hold = { error: errorOf('new_chats_restricted'), since: Timestamp.now(), until: null };
    const runner = scene.open({ ...FREE, hold });
    // As a function leaves it after a try that failed: built, and with no error any more.
    const entry = await scene.written({ built: Buffer.from([1]), isFirstContact: true });
    runner.enqueue(entry, false);
    await scene.background.done();
    const { data } = await scene.stored(entry.requestId);
    assert.deepEqual([data.status, data.error?.code], ['scheduled', 'new_chats_restricted']);
  });

  it('is not sent again at the wish of staff when it has arrived after all, which only Firestore may know', async () => {
    const runner = scene.open();
    const entry = await scene.written({ built: Buffer.from([1]) });
    const message = scene.db.doc(paths.message(entry.data.threadId, entry.data.waMessageId));
    await message.update({ status: 'delivered' });
    runner.enqueue(entry, false);
    await scene.background.done();
    assert.equal((await scene.stored(entry.requestId)).data.status, 'sent');
    assert.equal((await message.get()).get('status'), 'delivered');
  });

  for (const [memberCount, status] of [
    [2, 'delivered'],
    [3, 'sent'],
    [null, 'sent'],
  ] as const) {
    it(`to a group of ${String(memberCount ?? 'nobody knows how many')} others is ${status} once it turns out that two of them have it`, async () => {
      scene.memberCount = memberCount;
      const runner = scene.open();
      const entry = await scene.written({ built: Buffer.from([1]), recipientJid: '12-34@g.us' });
      const message = scene.db.doc(paths.message(entry.data.threadId, entry.data.waMessageId));
      // As the receipts left it, of which nobody knew how many are to come.
      await message.update({ status: 'sent', receipts: { '5@lid': 'delivered', '6@lid': 'read' } });
      runner.enqueue(entry, false);
      await scene.background.done();
      assert.equal((await scene.stored(entry.requestId)).data.status, 'sent');
      assert.equal((await message.get()).get('status'), status);
    });
  }

  it('that may have been sent is so still, though the next try certainly was not', async () => {
    const runner = scene.open();
    const routed = await scene.written();
    const lease = { accountId: scene.accountId, hostId: 'former', epoch: FORMER };
    await claimEntry(scene.db, routed, { lease, built: new Uint8Array([1]), nowMs: Date.now() });
    const entry = await scene.stored(routed.requestId);
    const { waMessageId } = entry.data;
    scene.answers = [
      async () => {
        // The receipt of the first try comes now. A second send would find no answer.
        await scene.statuses.raise({ waMessageId, status: 'delivered' });
        return NOT_CONNECTED;
      },
    ];
    runner.enqueue(entry, false);
    await scene.background.done();
    assert.equal((await scene.stored(entry.requestId)).data.status, 'sent');
  });

  it('is sent as it is stored when our claim of it landed, though it seemed to fail', async () => {
    const runner = scene.open();
    const entry = await scene.written();
    const lease = { accountId: scene.accountId, hostId: 'present', epoch: PRESENT };
    await claimEntry(scene.db, entry, { lease, built: new Uint8Array([7]), nowMs: Date.now() });
    const sent: number[][] = [];
    const send: WhatsAppSocket['send'] = (_recipientJid, _waMessageId, built) => {
      sent.push([...built]);
      return Promise.resolve({ kind: 'acked', serverAt: null });
    };
    scene.connected = { ...scene.socket, send };
    runner.enqueue(entry, false);
    await scene.background.done();
    assert.deepEqual(sent, [[7]]);
    const { built, data } = await scene.stored(entry.requestId);
    assert.deepEqual([data.status, [...(built ?? [])]], ['sent', [7]]);
  });

  it('is given up for attempts without an answer, not for those in which nothing left', async () => {
    const runner = scene.open();
    const entry = await scene.written();
    const outcomes: SendOutcome[] = [
      ...Array.from({ length: MAX_ATTEMPTS }, () => NOT_CONNECTED),
      { kind: 'unacknowledged', detail: '' },
      { kind: 'acked', serverAt: null },
    ];
    scene.answers = outcomes.map((outcome) => () => Promise.resolve(outcome));
    runner.enqueue(entry, true);
    await scene.background.done();
    const { data } = await scene.stored(entry.requestId);
    assert.deepEqual([data.status, data.attemptCount], ['sent', 2]);
  });

  it('takes nobody’s turn with an attempt in which nothing left', async () => {
    const clock = leapingClock();
    const runner = scene.open({ ...FREE, limits: { ...FREE.limits, perMinute: 1 } }, clock);
    const entry = await scene.written();
    const outcomes: SendOutcome[] = [
      { kind: 'not-sent', reason: 'not-encrypted', detail: '' },
      { kind: 'acked', serverAt: null },
    ];
    scene.answers = outcomes.map((outcome) => () => Promise.resolve(outcome));
    runner.enqueue(entry, true);
    await scene.background.done();
    assert.equal((await scene.stored(entry.requestId)).data.status, 'sent');
    assert.ok(clock.monotonicMs() < WINDOW_MS);
  });

  it('is settled though its message was deleted while it was sent', async () => {
    const runner = scene.open();
    const entry = await scene.written();
    const { threadId, waMessageId } = entry.data;
    scene.answers = [
      async () => {
        await scene.statuses.raise({ waMessageId, status: 'sending' });
        await scene.db.doc(paths.message(threadId, waMessageId)).delete();
        return { kind: 'acked', serverAt: null };
      },
    ];
    runner.enqueue(entry, true);
    await scene.background.done();
    assert.equal((await scene.stored(entry.requestId)).data.status, 'sent');
  });

  it('goes before what was written later, though it asked for its turn later', async () => {
    const sent: string[] = [];
    const ends: (() => void)[] = [];
    const sends = new EventEmitter();
    const begun = on(sends, 'begun');
    const send: WhatsAppSocket['send'] = (_recipient, waMessageId) => {
      const { promise, resolve } = Promise.withResolvers<SendOutcome>();
      sent.push(waMessageId);
      ends.push(() => {
        resolve({ kind: 'acked', serverAt: null });
      });
      sends.emit('begun');
      return promise;
    };
    scene.connected = { ...scene.socket, send };
    const runner = scene.open();
    const first = await Promise.all(Array.from({ length: MAX_UNDER_WAY }, () => scene.written()));
    for (const entry of first) runner.enqueue(entry, true);
    for (let waited = 0; waited < MAX_UNDER_WAY; waited += 1) await begun.next();
    const [older, newer] = [await scene.written(), await scene.written()];
    runner.enqueue(newer, true);
    runner.enqueue(older, true);
    for (let ended = 0; ended < sent.length; ended += 1) {
      ends[ended]?.();
      if (sent.length < MAX_UNDER_WAY + 2) await begun.next();
    }
    await scene.background.done();
    assert.deepEqual(sent.slice(MAX_UNDER_WAY), [older.data.waMessageId, newer.data.waMessageId]);
  });

  it('is held in its new version, when it was over and is routed anew meanwhile', async () => {
    scene.connected = null;
    const runner = scene.open();
    const entry = await scene.written();
    runner.enqueue(entry, true);
    const held = runner.waiting.get(entry.requestId);
    assert.ok(held);
    await scene.db.doc(paths.outbox(entry.requestId)).update({ status: 'cancelled' });
    runner.lookAt(held);
    const version = Timestamp.now();
    runner.renew(held, { ...entry, version });
    await scene.background.done();
    assert.equal(runner.waiting.get(entry.requestId)?.entry.version, version);
  });
});
