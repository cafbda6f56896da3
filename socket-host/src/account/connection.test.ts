import assert from 'node:assert/strict';
import pino from 'pino';
import { handClock } from '../hand-clock.ts';
import type { AccountSession } from '../session/types.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { Connection } from './connection.ts';
import { SignsOfLife } from './signs-of-life.ts';

describe('the connection of an account', () => {
  const unused = (): never => assert.fail('nothing else is asked of it');

  /** One that is connected, by a socket that takes until `closed` to end. */
  function connected(closed: Promise<undefined>): Connection {
    const socket: WhatsAppSocket = {
      buildMessage: unused,
      send: unused,
      countMembers: unused,
      showTyping: unused,
      requestPairingCode: unused,
      end: () => closed,
      logout: () => closed,
    };
    const clock = handClock();
    const connection = new Connection({
      openSocket: () => socket,
      account: { phoneE164: '+40712345678' },
      mayServe: unused,
      signs: new SignsOfLife({ clock, note: unused, onUnreadable: unused, onReadable: unused }),
      logger: pino({ level: 'silent' }),
      onMessage: unused,
      onReceipt: unused,
      onOpen: unused,
      onClosed: unused,
      onLife: unused,
    });
    // Without credentials and without a journal.
    connection.connect({ creds: null, all: () => [], get: () => undefined } as unknown as AccountSession);
    return connection;
  }

  for (const [first, second] of [
    ['disconnect', 'disconnect'],
    ['disconnect', 'logout'],
    ['logout', 'disconnect'],
  ] as const) {
    it(`is over for nobody before its socket is closed, whoever ends it first (${first}, then ${second})`, async () => {
      const closed = Promise.withResolvers<undefined>();
      const connection = connected(closed.promise);
      const seen: string[] = [];
      const ends = [first, second, 'disconnect' as const].map(async (end, index) => {
        await connection[end]();
        seen.push(`${String(index)} ${end}`);
      });
      await new Promise(setImmediate);
      assert.deepEqual([seen, connection.anySocket()], [[], null]);
      closed.resolve(undefined);
      await Promise.all(ends);
      assert.equal(seen.length, ends.length);
    });
  }
});
