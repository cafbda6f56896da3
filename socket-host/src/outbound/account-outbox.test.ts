import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import type { RoutedOutbox } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { readEntry, type OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountOutbox } from './account-outbox.ts';
import { isSurelyUnsent } from './attempt.ts';
import type { SendingRules } from './gate.ts';

const NOW_MS = Date.now();
const FREE: SendingRules = { limits: { ...DEFAULT_LIMITS, showsTyping: false }, hold: null };

describe('the outbox of an account that was taken', () => {
  const db = emulatedFirestore();

  async function written(data: Partial<RoutedOutbox>): Promise<OutboxEntry> {
    const [requestId, waMessageId] = [freshId('entry'), freshId('3EB0')];
    const entry = routedEntry({ ...data, waMessageId });
    const { accountId, threadId } = entry.data;
    const message = { accountId, threadId, waMessageId, direction: 'outbound', status: 'queued', error: null };
    await db.doc(paths.message(threadId, waMessageId)).set(message);
    await db.doc(paths.outbox(requestId)).set({ ...entry.data });
    const stored = await readEntry(db, requestId);
    assert.ok(stored);
    return stored;
  }

  /** An account that is connected, and to which nothing has been told yet. */
  function opened(
    rules: SendingRules,
    outcome: SendOutcome = { kind: 'acked', serverAt: null },
  ): { outbox: AccountOutbox; accountId: string; firstSent: Promise<string> } {
    const accountId = freshId('account');
    const unused = (): never => assert.fail('nothing else is asked of it');
    const first = Promise.withResolvers<string>();
    const socket: WhatsAppSocket = {
      buildMessage: () => new Uint8Array([1]),
      send: (_recipientJid, waMessageId) => {
        first.resolve(waMessageId);
        return Promise.resolve(outcome);
      },
      showTyping: unused,
      requestPairingCode: unused,
      end: unused,
      logout: unused,
    };
    const outbox = new AccountOutbox({
      db,
      accountId,
      lease: { accountId, hostId: 'present', epoch: 2 },
      rules,
      defaults: { perMinute: 0, newThreadsPerDay: 0 },
      random: Math.random,
      statuses: new MessageStatusWriter(db, accountId, systemClock),
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      isHeld: () => true,
      onRefused: unused,
      socket: () => socket,
    });
    return { outbox, accountId, firstSent: first.promise };
  }

  function isPutOff({ requestId }: OutboxEntry): Promise<void> {
    return new Promise((resolve) => {
      const stop = db.doc(paths.outbox(requestId)).onSnapshot((snapshot) => {
        if (snapshot.get('status') !== 'scheduled') return;
        stop();
        resolve();
      });
    });
  }

  it('sends what was put off and is free meanwhile before what was written in its thread since', async () => {
    const { outbox, accountId, firstSent } = opened(FREE);
    const threadId = freshId('thread');
    const older = await written({
      accountId,
      threadId,
      status: 'scheduled',
      createdAt: Timestamp.fromMillis(NOW_MS),
      nextAttemptAt: Timestamp.fromMillis(NOW_MS + 3_600_000),
      error: errorOf('quiet_hours'),
    });
    const newer = await written({ accountId, threadId, createdAt: Timestamp.fromMillis(NOW_MS + 1) });
    outbox.admit(newer);
    outbox.inView();
    assert.equal(await firstSent, older.data.waMessageId);
    await outbox.stop();
  });

  it('sends what a hold had put off before what is written when the hold is lifted', async () => {
    const hold = { error: errorOf('refused_by_whatsapp'), since: Timestamp.fromMillis(NOW_MS), until: null };
    const { outbox, accountId, firstSent } = opened({ ...FREE, hold });
    const threadId = freshId('thread');
    const older = await written({ accountId, threadId, createdAt: Timestamp.fromMillis(NOW_MS) });
    outbox.admit(older);
    outbox.inView();
    await isPutOff(older);
    const newer = await written({ accountId, threadId, createdAt: Timestamp.fromMillis(NOW_MS + 1) });
    outbox.rulesChanged(FREE);
    outbox.admit(newer);
    assert.equal(await firstSent, older.data.waMessageId);
    await outbox.stop();
  });

  it('gives back what it claimed and could not send as what certainly did not leave, for the next owner to know', async () => {
    const { outbox, accountId, firstSent } = opened(FREE, { kind: 'not-sent', reason: 'not-connected', detail: '' });
    const entry = await written({ accountId, createdAt: Timestamp.fromMillis(NOW_MS) });
    outbox.admit(entry);
    outbox.inView();
    await firstSent;
    await outbox.stop();
    const left = await readEntry(db, entry.requestId);
    assert.ok(left?.built);
    assert.deepEqual([left.data.status, left.data.error?.code], ['routed', 'not_connected']);
    assert.ok(isSurelyUnsent(left));
  });
});
