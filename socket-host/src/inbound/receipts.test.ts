import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { handClock, type HandClock } from '../hand-clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import type { WireMessage, WireReceipt } from '../whatsapp/types.ts';
import { Intake } from './intake.ts';
import { Receipts } from './receipts.ts';

const JID = '40712345678@s.whatsapp.net';
/** As `store/message-status.ts` has it: so long a status waits for the next, ms. */
const GATHER_MS = 400;

function receiptOf(waMessageId: string, status: WireReceipt['status'] = 'delivered'): WireReceipt {
  return { waMessageId, status, errorCode: null, participantJid: null };
}

function ownMessage(waMessageId: string): WireMessage {
  return {
    waMessageId,
    source: 'live',
    chatJid: JID,
    chatAltJid: null,
    isGroup: false,
    fromMe: true,
    senderJid: JID,
    senderName: null,
    sentAt: new Date(),
    content: { kind: 'text', text: 'written on the phone' },
  };
}

describe('a receipt that overtakes its message', () => {
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });
  const isHeld = (): boolean => true;

  /** @param passTime lets the wait for a next status be over, where the clock is moved by hand. */
  function open(clock: Clock, passTime = (): void => undefined) {
    const accountId = freshId('account');
    const statuses = new MessageStatusWriter(db, accountId, clock);
    const intake = new Intake({ db, accountId, epoch: 1, team: 'main', statuses, clock, logger, isHeld });
    const fates = new Map<string, boolean>();
    /** Takes the first receipt of a message, and lets it be looked for in vain. */
    const overtake = async (waMessageId: string): Promise<void> => {
      void intake.takeReceipt(receiptOf(waMessageId)).then((isConfirmed) => fates.set(waMessageId, isConfirmed));
      passTime();
      while (!statuses.isAwaited(waMessageId)) await delay(5);
    };
    const statusOf = async (waMessageId: string): Promise<unknown> => {
      const { docs } = await db.collectionGroup('messages').where('waMessageId', '==', waMessageId).get();
      return docs.find((message) => message.get('accountId') === accountId)?.get('status');
    };
    return { intake, fates, overtake, statusOf };
  }

  function openByHand(clock: HandClock) {
    return open(clock, () => {
      clock.advance(GATHER_MS);
    });
  }

  it('is confirmed once the message is stored and shows it', async () => {
    const { intake, fates, overtake, statusOf } = open(systemClock);
    const id = freshId('WIRE');
    await overtake(id);
    const read = intake.takeReceipt(receiptOf(id, 'read'));
    assert.equal(fates.size, 0);
    await intake.takeMessage(ownMessage(id));
    assert.equal(await read, true);
    assert.deepEqual([...fates], [[id, true]]);
    assert.equal(await statusOf(id), 'read');
  });

  it('is confirmed after two minutes if none comes', async () => {
    const clock = handClock();
    const { fates, overtake } = openByHand(clock);
    const id = freshId('WIRE');
    await overtake(id);
    clock.advance(119_000);
    await delay(0);
    assert.equal(fates.size, 0);
    clock.advance(1_000);
    await delay(0);
    assert.deepEqual([...fates], [[id, true]]);
  });

  it('waits for none where what it is about was sent from here: a reaction has no message', async () => {
    const { intake } = open(systemClock);
    assert.equal(await intake.takeReceipt({ ...receiptOf(freshId('WIRE')), isSentHere: true }), true);
  });

  it('is left to the next owner when the account is given back', async () => {
    const { intake, fates, overtake } = open(systemClock);
    const [before, after] = [freshId('WIRE'), freshId('WIRE')];
    await overtake(before);
    await intake.drain();
    const late = intake.takeReceipt(receiptOf(after));
    intake.stop();
    assert.equal(await late, false);
    assert.deepEqual([...fates], [[before, false]]);
  });

  it('waits with so many others at most', async () => {
    const clock = handClock();
    const statuses = new MessageStatusWriter(db, freshId('account'), clock);
    const receipts = new Receipts({ statuses, clock, logger, isHeld }, 2);
    const ids = [freshId('WIRE'), freshId('WIRE'), freshId('WIRE')];
    const confirmed: string[] = [];
    for (const id of ids) {
      void receipts.take(receiptOf(id)).then(() => confirmed.push(id));
      clock.advance(GATHER_MS);
      while (!statuses.isAwaited(id)) await delay(5);
    }
    await delay(0);
    assert.deepEqual(confirmed, [ids[0]]);
  });
});
