/** What the outbox is told of customers who write for the first time. */
import assert from 'node:assert/strict';
import { threadIdOf } from '@switchboard/contract/ids';
import pino from 'pino';
import { altered } from '../altered.ts';
import { systemClock, type Clock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import type { WireMessage } from '../whatsapp/types.ts';
import { Intake } from './intake.ts';

const ANA = '9871234@lid';
/** A clock that waits for nothing. */
const eager: Clock = { ...systemClock, after: (_ms, task) => systemClock.after(0, task) };

function message(changes: Partial<WireMessage> = {}): WireMessage {
  return {
    ...{ waMessageId: freshId('WIRE'), source: 'live', chatJid: ANA, chatAltJid: '40712345678@s.whatsapp.net' },
    ...{ isGroup: false, fromMe: false, senderJid: ANA, senderName: 'Ana', sentAt: new Date() },
    content: { kind: 'text', text: 'hello' },
    ...changes,
  };
}

describe('the first answer of a customer', () => {
  const real = emulatedFirestore();
  let accountId: string;
  let told: string[];
  /** Whether the next commit lands and its answer gets lost. */
  let isLost: boolean;
  let intake: Intake;

  beforeEach(() => {
    accountId = freshId('account');
    told = [];
    isLost = false;
    const db = altered(real, {
      batch: () => {
        const batch = real.batch();
        const commit = async () => {
          const results = await batch.commit();
          if (!isLost) return results;
          isLost = false;
          throw new Error('the connection is gone');
        };
        return altered(batch, { commit });
      },
    });
    intake = new Intake({
      ...{ db, accountId, epoch: 1, team: 'main', clock: eager, logger: pino({ level: 'silent' }) },
      statuses: new MessageStatusWriter(db, accountId, eager),
      isHeld: () => true,
      onFirstAnswer: (threadId) => told.push(threadId),
    });
  });

  it('is told once, of whoever had been written to only', async () => {
    for (const each of [message({ fromMe: true }), message(), message()]) await intake.takeMessage(each);
    assert.deepEqual(told, [threadIdOf(accountId, ANA)]);
  });

  it('is told also if it is stored and the answer to that gets lost', async () => {
    await intake.takeMessage(message({ fromMe: true }));
    isLost = true;
    assert.ok(await intake.takeMessage(message()));
    assert.equal(isLost, false);
    assert.deepEqual(told, [threadIdOf(accountId, ANA)]);
  });

  it('is not what the phone wrote itself, or remembers, though that comes again', async () => {
    const known = [message({ fromMe: true }), message({ source: 'history' })];
    for (const each of [...known, ...known]) await intake.takeMessage(each);
    assert.deepEqual(told, []);
  });
});
