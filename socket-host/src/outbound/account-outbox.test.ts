import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { systemClock } from '../clock.ts';
import { freshId } from '../store/emulator.ts';
import { readEntry } from '../store/outbox.ts';
import type { UnroutedEntry } from '../store/waiting-outbox.ts';
import type { SendOutcome } from '../whatsapp/types.ts';
import { AccountOutboxScene, FREE } from './account-outbox-scene.ts';
import type { AccountOutbox } from './account-outbox.ts';
import { isSurelyUnsent } from './attempt.ts';
import { MAX_HOLD_MS } from './unrouted-entries.ts';

const NOW_MS = Date.now();

describe('the outbox of an account that was taken', () => {
  let scene: AccountOutboxScene;

  beforeEach(() => {
    scene = new AccountOutboxScene();
  });

  /** An outbox whose clock runs ahead. */
  function openAhead(): { readonly outbox: AccountOutbox; readonly advance: (ms: number) => void } {
    let aheadMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs };
    const outbox = scene.open(FREE, { kind: 'acked', serverAt: null }, { clock });
    return { outbox, advance: (ms) => (aheadMs += ms) };
  }

  const writtenAt = (ms: number, threadId = freshId('thread')) =>
    scene.written({ threadId, createdAt: Timestamp.fromMillis(NOW_MS + ms) });

  /** An entry no function has come to. */
  function unroutedAt(ms: number, threadId: string, requestId = freshId('entry')): UnroutedEntry {
    const { accountId } = scene;
    return { requestId, accountId, asked: { threadId }, createdAtMicros: (NOW_MS + ms) * 1_000 };
  }

  it('sends what was put off and is free meanwhile before what was written in its thread since', async () => {
    const outbox = scene.open(FREE);
    const threadId = freshId('thread');
    const older = await scene.written({
      threadId,
      status: 'scheduled',
      createdAt: Timestamp.fromMillis(NOW_MS),
      nextAttemptAt: Timestamp.fromMillis(NOW_MS + 3_600_000),
      error: errorOf('quiet_hours'),
    });
    const newer = await scene.written({ threadId, createdAt: Timestamp.fromMillis(NOW_MS + 1) });
    outbox.admit(newer);
    outbox.inView();
    assert.equal(await scene.firstSent, older.data.waMessageId);
    await outbox.stop();
  });

  it('sends what a hold had put off before what is written when the hold is lifted', async () => {
    const hold = { error: errorOf('refused_by_whatsapp'), since: Timestamp.fromMillis(NOW_MS), until: null };
    const outbox = scene.open({ ...FREE, hold });
    const threadId = freshId('thread');
    const older = await scene.written({ threadId, createdAt: Timestamp.fromMillis(NOW_MS) });
    outbox.admit(older);
    outbox.inView();
    await scene.isIn('scheduled', older);
    const newer = await scene.written({ threadId, createdAt: Timestamp.fromMillis(NOW_MS + 1) });
    outbox.rulesChanged(FREE);
    outbox.admit(newer);
    assert.equal(await scene.firstSent, older.data.waMessageId);
    await outbox.stop();
  });

  it('keeps the order of a thread also when functions come after minutes, and to a newer entry first', async () => {
    const { outbox, advance } = openAhead();
    const threadId = freshId('thread');
    const [older, newer] = [await writtenAt(0, threadId), await writtenAt(1, threadId)];
    const elsewhere = await writtenAt(2);
    outbox.unrouted(unroutedAt(0, threadId, older.requestId));
    advance(3_600_000);
    for (const entry of [newer, elsewhere]) outbox.admit(entry);
    outbox.inView();
    assert.equal(await scene.firstSent, elsewhere.data.waMessageId);
    scene.forgetSent();
    outbox.admit(older);
    assert.equal(await scene.firstSent, older.data.waMessageId);
    await outbox.stop();
  });

  it('waits once in a thread for all that is never routed, not for one after the other', async () => {
    const { outbox, advance } = openAhead();
    const threadId = freshId('thread');
    const entries = [await writtenAt(1, threadId), await writtenAt(3, threadId)];
    for (const ms of [0, 2]) outbox.unrouted(unroutedAt(ms, threadId));
    for (const entry of entries) outbox.admit(entry);
    advance(MAX_HOLD_MS);
    outbox.inView();
    for (const entry of entries) await scene.isIn('sent', entry);
    await outbox.stop();
  });

  it('gives back what it claimed and could not send as what certainly did not leave, for the next owner to know', async () => {
    const outbox = scene.open(FREE, { kind: 'not-sent', reason: 'not-connected', detail: '' });
    const entry = await scene.written({ createdAt: Timestamp.fromMillis(NOW_MS) });
    outbox.admit(entry);
    outbox.inView();
    await scene.firstSent;
    await outbox.stop();
    const left = await readEntry(scene.db, entry.requestId);
    assert.ok(left?.built);
    assert.deepEqual([left.data.status, left.data.error?.code], ['routed', 'not_connected']);
    assert.ok(isSurelyUnsent(left));
  });

  it('leaves a hold to the next owner if WhatsApp lets it start no new chats, though that is heard while it stops', async () => {
    const { db, accountId } = scene;
    const account = db.doc(paths.account(accountId));
    await account.set({ hold: null });
    await db.doc(paths.lease(accountId)).set({ hostId: 'present', epoch: 2 });
    const answer = Promise.withResolvers<SendOutcome>();
    const outbox = scene.open(FREE, answer.promise);
    outbox.admit(await scene.written({ createdAt: Timestamp.fromMillis(NOW_MS), isFirstContact: true }));
    outbox.inView();
    await scene.firstSent;
    const stopped = outbox.stop();
    answer.resolve({ kind: 'refused', code: '463' });
    await stopped;
    assert.equal((await account.get()).get('hold.error.code'), 'new_chats_restricted');
  });
});
