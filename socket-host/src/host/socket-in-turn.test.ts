import assert from 'node:assert/strict';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import type { SocketEvent, WhatsAppSocket } from '../whatsapp/types.ts';
import { Slots } from './slots.ts';
import { openInTurn } from './socket-in-turn.ts';

interface Opened {
  readonly emit: (event: SocketEvent) => void;
  isEnded: boolean;
}

function stage(size: number) {
  const slots = new Slots({ size, jitterMs: 0, holdMs: 60_000, clock: systemClock, random: () => 0 });
  const opened: Opened[] = [];
  const open = (emit: (event: SocketEvent) => void): WhatsAppSocket => {
    const socket: Opened = { emit, isEnded: false };
    opened.push(socket);
    return {
      buildMessage: () => new Uint8Array(),
      send: () => Promise.resolve({ kind: 'acked', serverAt: null }),
      countMembers: () => Promise.resolve(null),
      showTyping: () => Promise.resolve(),
      requestPairingCode: () => Promise.resolve('CODE'),
      logout: () => Promise.resolve(),
      end: () => {
        socket.isEnded = true;
        return Promise.resolve();
      },
    };
  };
  const events: SocketEvent[] = [];
  const emit = (event: SocketEvent): void => void events.push(event);
  const logger = pino({ level: 'silent' });
  const fail = (): never => {
    throw new Error('credentials the library cannot use');
  };
  return {
    opened,
    events,
    next: () => openInTurn({ slots, open, emit, logger }),
    failing: () => openInTurn({ slots, open: fail, emit, logger }),
  };
}

const OPEN: SocketEvent = { type: 'open', waJid: '1@s.whatsapp.net', waLid: null, pushName: null };
const QR: SocketEvent = { type: 'qr', qr: 'code', expiresInMs: 20_000 };
const NOT_BEGUN: SocketEvent = { type: 'closed', code: null, message: 'The connection could not be begun' };
const CLOSED: SocketEvent = { type: 'closed', code: 503, message: 'away' };

describe('a socket in turn', () => {
  for (const event of [OPEN, QR, CLOSED]) {
    it(`makes room for the next one at "${event.type}"`, () => {
      const { opened, events, next } = stage(1);
      next();
      next();
      assert.equal(opened.length, 1);
      opened[0]?.emit(event);
      assert.equal(opened.length, 2);
      assert.deepEqual(events, [event]);
    });
  }

  it('that is ended before its turn is never opened, and says that it is closed, once', async () => {
    const { opened, events, next } = stage(1);
    next();
    const waiting = next();
    await waiting.end();
    await waiting.end();
    opened[0]?.emit(OPEN);
    assert.equal(opened.length, 1);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['closed', 'open'],
    );
  });

  it('that cannot be begun, at once or in its turn, is one that has closed, and the next one gets its place', async () => {
    const { opened, events, next, failing } = stage(1);
    const failed = [failing()];
    assert.deepEqual(events.splice(0), [NOT_BEGUN]);
    next();
    failed.push(failing());
    next();
    opened[0]?.emit(OPEN);
    assert.deepEqual(events, [NOT_BEGUN, OPEN]);
    assert.equal(opened.length, 2);
    for (const socket of failed) {
      assert.equal((await socket.send('1@lid', 'ID', new Uint8Array())).kind, 'not-sent');
      await socket.end();
    }
    assert.equal(events.length, 2, 'closed once');
  });

  it('has sent nothing for certain while it waits', async () => {
    const { next } = stage(1);
    next();
    const outcome = await next().send('1@lid', 'ID', new Uint8Array());
    assert.equal(outcome.kind, 'not-sent');
  });

  it('is the socket itself once it is open', async () => {
    const { opened, next } = stage(1);
    const socket = next();
    opened[0]?.emit(OPEN);
    assert.equal((await socket.send('1@lid', 'ID', new Uint8Array())).kind, 'acked');
    assert.equal(await socket.requestPairingCode('+40712345678'), 'CODE');
    await socket.end();
    assert.equal(opened[0]?.isEnded, true);
  });
});
