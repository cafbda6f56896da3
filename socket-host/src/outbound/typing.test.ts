import assert from 'node:assert/strict';
import fc from 'fast-check';
import pino from 'pino';
import { handClock, type HandClock } from '../hand-clock.ts';
import { routedEntry } from '../store/routed-entry.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { Pauses } from './pauses.ts';
import { Typing, typingMs } from './typing.ts';

const TEXT = routedEntry({ recipientJid: '1@lid', payload: { kind: 'text', text: 'x'.repeat(50) } });
const CHANGE = routedEntry({ payload: { kind: 'delete', targetId: '3EB0' } });
const MIDDLE = (): number => 0.5;

const text = (length: number) => ({ kind: 'text' as const, text: 'x'.repeat(length) });

/** A socket that notes who was shown typing, and answers as it is told. */
function socketThat(answer: () => Promise<void>): { readonly socket: WhatsAppSocket; readonly signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  const unused = (): never => assert.fail('nothing else is asked of it');
  const socket: WhatsAppSocket = {
    showTyping: (_recipientJid, signal) => {
      signals.push(signal);
      return answer();
    },
    buildMessage: unused,
    countMembers: unused,
    send: unused,
    requestPairingCode: unused,
    end: unused,
    logout: unused,
  };
  return { socket, signals };
}

/** Lets what is resolved go on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('typing before a message', () => {
  let clock: HandClock;
  let pauses: Pauses;
  let isWanted: boolean;
  let typing: Typing;
  let outcome: boolean | null;

  beforeEach(() => {
    clock = handClock();
    pauses = new Pauses(clock);
    [isWanted, outcome] = [true, null];
    const logger = pino({ level: 'silent' });
    typing = new Typing({ random: MIDDLE, logger }, pauses, () => isWanted);
  });

  async function begin(socket: WhatsAppSocket, entry = TEXT): Promise<void> {
    void typing.before(socket, entry).then((mayGo) => {
      outcome = mayGo;
    });
    await settled();
  }

  it('is shown for as long as the text takes, and then the message goes', async () => {
    const { socket, signals } = socketThat(() => Promise.resolve());
    await begin(socket);
    assert.equal(signals.length, 1);
    clock.advance(1_999);
    await settled();
    assert.equal(outcome, null);
    assert.equal(signals[0]?.aborted, false);
    clock.advance(1);
    await settled();
    assert.equal(outcome, true);
    assert.equal(signals[0].aborted, true);
  });

  it('is not shown when the account does not want it, nor before a change', async () => {
    const { socket, signals } = socketThat(() => Promise.resolve());
    await begin(socket, CHANGE);
    assert.equal(outcome, true);
    [isWanted, outcome] = [false, null];
    await begin(socket);
    assert.equal(outcome, true);
    assert.equal(signals.length, 0);
  });

  for (const [name, answer] of [
    ['fails', () => Promise.reject(new Error('no connection'))],
    ['is never answered', () => new Promise<void>(() => undefined)],
  ] as const) {
    it(`that ${name} holds the message up no longer`, async () => {
      await begin(socketThat(answer).socket);
      clock.advance(2_000);
      await settled();
      assert.equal(outcome, true);
    });
  }

  it('ends at once when everything stops, and the message does not go from here', async () => {
    const { socket, signals } = socketThat(() => Promise.resolve());
    await begin(socket);
    pauses.end();
    await settled();
    assert.equal(outcome, false);
    assert.equal(signals[0]?.aborted, true);
  });

  it('takes longer for a longer text, never less than 0.8 s and never more than 4 s', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const length = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(length, length, random, (one, other, drawn) => {
        const [shorter, longer] = [Math.min(one, other), Math.max(one, other)];
        const [brief, long] = [typingMs(text(shorter), () => drawn), typingMs(text(longer), () => drawn)];
        assert.ok(brief >= 800 && brief <= long && long <= 4_000, `${String(brief)} … ${String(long)}`);
      }),
    );
  });

  it('takes a different time for the same text', () => {
    assert.ok(typingMs(text(50), () => 0) < typingMs(text(50), () => 0.9));
  });
});
