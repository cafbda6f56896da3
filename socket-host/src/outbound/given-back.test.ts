import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { releasePostponed } from '../store/outbox-times.ts';
import type { SendOutcome } from '../whatsapp/types.ts';
import { isSurelyUnsent } from './attempt.ts';
import type { LaneRunner } from './lane-runner.ts';
import { FREE, LaneScene, NOT_CONNECTED, unused } from './lane-scene.ts';

const ignored = (): void => undefined;

describe('an entry that was claimed and then not sent', () => {
  let scene: LaneScene;

  beforeEach(() => {
    scene = new LaneScene();
  });

  /** Sends an entry over a socket that is not there any more once that has answered. */
  async function triedInVain(outcome: SendOutcome): Promise<{ runner: LaneRunner; requestId: string }> {
    const runner = scene.open();
    const entry = await scene.written();
    scene.answers = [
      () => {
        scene.connected = null;
        return Promise.resolve(outcome);
      },
    ];
    runner.enqueue(entry, true);
    await scene.background.done();
    return { runner, requestId: entry.requestId };
  }

  it('is given back when it certainly did not leave and there is no connection any more: it can be cancelled', async () => {
    const { runner, requestId } = await triedInVain(NOT_CONNECTED);
    const { data } = await scene.stored(requestId);
    assert.deepEqual([data.status, data.attemptCount, data.error?.code], ['routed', 0, 'not_connected']);
    const held = runner.waiting.get(requestId);
    assert.ok(held);
    await scene.db.doc(paths.outbox(requestId)).update({ status: 'cancelled' });
    runner.lookAt(held);
    scene.connected = scene.socket;
    runner.runAll();
    await scene.background.done();
    assert.equal((await scene.stored(requestId)).data.status, 'cancelled');
    assert.equal(runner.waiting.size, 0);
  });

  it('that was given back is sent with the next connection, with the bytes it had', async () => {
    const { runner, requestId } = await triedInVain(NOT_CONNECTED);
    const sent: (readonly [waMessageId: string, bytes: readonly number[]])[] = [];
    scene.connected = {
      ...scene.socket,
      buildMessage: unused,
      send: (_recipientJid, waMessageId, built) => {
        sent.push([waMessageId, [...built]]);
        return Promise.resolve({ kind: 'acked', serverAt: null });
      },
    };
    runner.runAll();
    await scene.background.done();
    const { data } = await scene.stored(requestId);
    assert.deepEqual([data.status, data.attemptCount], ['sent', 1]);
    assert.deepEqual(sent, [[data.waMessageId, [1]]]);
  });

  it('is held as it was read then: what was told of it meanwhile does not bring it round again once it is sent', async () => {
    const { runner, requestId } = await triedInVain(NOT_CONNECTED);
    const held = runner.waiting.get(requestId);
    assert.ok(held);
    runner.lookAt(held);
    runner.renew(held, { ...held.entry, version: Timestamp.now() });
    await scene.background.done();
    assert.equal(held.newer, null);
  });

  it('stays claimed when it may have left, though there is no connection any more', async () => {
    const { requestId } = await triedInVain({ kind: 'unacknowledged', detail: '' });
    assert.equal((await scene.stored(requestId)).data.status, 'processing');
  });

  it('is put off like any other when it certainly did not leave and a hold has come', async () => {
    const runner = scene.open();
    const entry = await scene.written();
    const hold = { error: errorOf('refused_by_whatsapp'), since: Timestamp.now(), until: null };
    scene.answers = [
      () => {
        scene.rules.update({ ...FREE, hold });
        return Promise.resolve(NOT_CONNECTED);
      },
    ];
    runner.enqueue(entry, true);
    await scene.background.done();
    const { data } = await scene.stored(entry.requestId);
    assert.deepEqual([data.status, data.error?.code], ['scheduled', 'refused_by_whatsapp']);
    await releasePostponed(scene.db, scene.accountId, () => true, ignored);
    assert.ok(isSurelyUnsent(await scene.stored(entry.requestId)), 'that nothing left was forgotten');
  });

  it('is put off as one that may have left when it may have, at the wish of staff who have it sent again', async () => {
    const hold = { error: errorOf('refused_by_whatsapp'), since: Timestamp.now(), until: null };
    const runner = scene.open({ ...FREE, hold });
    const entry = await scene.written({ built: Buffer.from([1]) });
    runner.enqueue(entry, isSurelyUnsent(entry));
    await scene.background.done();
    await releasePostponed(scene.db, scene.accountId, () => true, ignored);
    const released = await scene.stored(entry.requestId);
    assert.deepEqual([released.data.status, isSurelyUnsent(released)], ['routed', false]);
  });
});
