import assert from 'node:assert/strict';
import { EventEmitter, on } from 'node:events';
import { errorOf } from '@switchboard/contract/failure';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { claimEntry, readEntry, type OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRules } from './account-rules.ts';
import { BackgroundWrites } from './background-writes.ts';
import { MAX_ATTEMPTS } from './decide-settlement.ts';
import type { SendingRules } from './gate.ts';
import { LaneRunner } from './lane-runner.ts';
import { MAX_UNDER_WAY } from './pacer.ts';
import { Pauses } from './pauses.ts';
import { Typing } from './typing.ts';

const [FORMER, PRESENT] = [1, 2];
/** Attempts follow each other a hundred times as fast. */
const hasty: Clock = { ...systemClock, after: (delayMs, task) => systemClock.after(delayMs / 100, task) };
const UNPACED = { perMinute: 0, newThreadsPerDay: 0 };
const FREE: SendingRules = { limits: { ...DEFAULT_LIMITS, showsTyping: false }, hold: null };

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
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });
  const accountId = freshId('account');
  /** What the socket answers, in turn; it is asked for nothing more. */
  let answers: (() => Promise<SendOutcome>)[];
  let background: BackgroundWrites;
  let statuses: MessageStatusWriter;

  const unused = (): never => assert.fail('nothing else is asked of it');
  const socket: WhatsAppSocket = {
    buildMessage: () => new Uint8Array([1]),
    send: () => (answers.shift() ?? unused)(),
    showTyping: unused,
    requestPairingCode: unused,
    end: unused,
    logout: unused,
  };

  function open(
    rules: SendingRules = FREE,
    current: WhatsAppSocket | null = socket,
    clock: Clock = systemClock,
  ): LaneRunner {
    const pauses = new Pauses(hasty);
    statuses = new MessageStatusWriter(db, accountId, systemClock);
    background = new BackgroundWrites({ clock: systemClock, logger, isStopping: () => false });
    const accountRules = new AccountRules(systemClock, UNPACED, rules);
    return new LaneRunner({
      db,
      accountId,
      lease: { accountId, hostId: 'present', epoch: PRESENT },
      isHeld: () => true,
      onRefused: unused,
      statuses,
      typing: new Typing({ random: Math.random, logger }, pauses, () => false),
      clock,
      logger,
      isStopped: () => false,
      rules: accountRules,
      defaults: UNPACED,
      pauses,
      background,
      random: Math.random,
      socket: () => current,
      holdMs: () => 0,
    });
  }

  async function written(fields: Record<string, unknown> = {}): Promise<OutboxEntry> {
    const requestId = freshId('entry');
    const waMessageId = freshId('3EB0');
    const threadId = freshId('thread');
    const { data } = routedEntry({ accountId, threadId, waMessageId, createdAt: Timestamp.now() });
    const message = { accountId, threadId, waMessageId, direction: 'outbound', status: 'queued', error: null };
    await db.doc(paths.message(threadId, waMessageId)).set(message);
    await db.doc(paths.outbox(requestId)).set({ ...data, ...fields });
    return stored(requestId);
  }

  async function stored(requestId: string): Promise<OutboxEntry> {
    const entry = await readEntry(db, requestId);
    assert.ok(entry);
    return entry;
  }

  beforeEach(() => {
    answers = [];
  });

  it('is held like any other though it was tried before, when staff have it sent again', async () => {
    const hold = { error: errorOf('new_chats_restricted'), since: Timestamp.now(), until: null };
    const runner = open({ ...FREE, hold });
    // As a function leaves it after a try that failed: built, and with no error any more.
    const entry = await written({ built: Buffer.from([1]), isFirstContact: true });
    runner.enqueue(entry, false);
    await background.done();
    const { data } = await stored(entry.requestId);
    assert.deepEqual([data.status, data.error?.code], ['scheduled', 'new_chats_restricted']);
  });

  it('is not sent again at the wish of staff when it has arrived after all, which only Firestore may know', async () => {
    const runner = open();
    const entry = await written({ built: Buffer.from([1]) });
    const message = db.doc(paths.message(entry.data.threadId, entry.data.waMessageId));
    await message.update({ status: 'delivered' });
    runner.enqueue(entry, false);
    await background.done();
    assert.equal((await stored(entry.requestId)).data.status, 'sent');
    assert.equal((await message.get()).get('status'), 'delivered');
  });

  it('that may have been sent is so still, though the next try certainly was not', async () => {
    const runner = open();
    const routed = await written();
    const lease = { accountId, hostId: 'former', epoch: FORMER };
    await claimEntry(db, routed, { lease, built: new Uint8Array([1]), nowMs: Date.now() });
    const entry = await stored(routed.requestId);
    const { waMessageId } = entry.data;
    answers = [
      async () => {
        // The receipt of the first try comes now. A second send would find no answer.
        await statuses.raise({ waMessageId, status: 'delivered' });
        return { kind: 'not-sent', reason: 'not-connected', detail: '' };
      },
    ];
    runner.enqueue(entry, false);
    await background.done();
    assert.equal((await stored(entry.requestId)).data.status, 'sent');
  });

  it('is given up for attempts without an answer, not for those in which nothing left', async () => {
    const runner = open();
    const entry = await written();
    const unsent: SendOutcome = { kind: 'not-sent', reason: 'not-connected', detail: '' };
    const outcomes: SendOutcome[] = [
      ...Array.from({ length: MAX_ATTEMPTS }, () => unsent),
      { kind: 'unacknowledged', detail: '' },
      { kind: 'acked', serverAt: null },
    ];
    answers = outcomes.map((outcome) => () => Promise.resolve(outcome));
    runner.enqueue(entry, true);
    await background.done();
    const { data } = await stored(entry.requestId);
    assert.deepEqual([data.status, data.attemptCount], ['sent', 2]);
  });

  it('takes nobody’s turn with an attempt in which nothing left', async () => {
    const clock = leapingClock();
    const runner = open({ ...FREE, limits: { ...FREE.limits, perMinute: 1 } }, socket, clock);
    const entry = await written();
    const outcomes: SendOutcome[] = [
      { kind: 'not-sent', reason: 'not-encrypted', detail: '' },
      { kind: 'acked', serverAt: null },
    ];
    answers = outcomes.map((outcome) => () => Promise.resolve(outcome));
    runner.enqueue(entry, true);
    await background.done();
    assert.equal((await stored(entry.requestId)).data.status, 'sent');
    assert.ok(clock.monotonicMs() < WINDOW_MS);
  });

  it('is settled though its message was deleted while it was sent', async () => {
    const runner = open();
    const entry = await written();
    const { threadId, waMessageId } = entry.data;
    answers = [
      async () => {
        await statuses.raise({ waMessageId, status: 'sending' });
        await db.doc(paths.message(threadId, waMessageId)).delete();
        return { kind: 'acked', serverAt: null };
      },
    ];
    runner.enqueue(entry, true);
    await background.done();
    assert.equal((await stored(entry.requestId)).data.status, 'sent');
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
    const runner = open(FREE, { ...socket, send });
    const first = await Promise.all(Array.from({ length: MAX_UNDER_WAY }, () => written()));
    for (const entry of first) runner.enqueue(entry, true);
    for (let waited = 0; waited < MAX_UNDER_WAY; waited += 1) await begun.next();
    const [older, newer] = [await written(), await written()];
    runner.enqueue(newer, true);
    runner.enqueue(older, true);
    for (let ended = 0; ended < sent.length; ended += 1) {
      ends[ended]?.();
      if (sent.length < MAX_UNDER_WAY + 2) await begun.next();
    }
    await background.done();
    assert.deepEqual(sent.slice(MAX_UNDER_WAY), [older.data.waMessageId, newer.data.waMessageId]);
  });

  it('is held in its new version, when it was over and is routed anew meanwhile', async () => {
    const runner = open(FREE, null);
    const entry = await written();
    runner.enqueue(entry, true);
    const held = runner.waiting.get(entry.requestId);
    assert.ok(held);
    await db.doc(paths.outbox(entry.requestId)).update({ status: 'cancelled' });
    runner.lookAt(held);
    const version = Timestamp.now();
    runner.renew(held, { ...entry, version });
    await background.done();
    assert.equal(runner.waiting.get(entry.requestId)?.entry.version, version);
  });
});
