/** What a sender says of messages that never left, on a socket of which only what it asks is there. */
import assert from 'node:assert/strict';
import type { WASocket } from '@whiskeysockets/baileys';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { createAccountMemory } from './account-memory.ts';
import { Acks } from './acks.ts';
import { AuthState, type SessionPort } from './auth-state.ts';
import { Sender } from './sender.ts';

const EMPTY: SessionPort = {
  creds: null,
  get: () => undefined,
  set: () => Promise.resolve(),
  saveCreds: () => Promise.resolve(),
  list: () => [],
  forget: () => undefined,
};

describe('a message to a number of which WhatsApp does not say whether it is registered', () => {
  /** @param isOpen whether the connection is there still when the question has run out. */
  async function reasonFor(isOpen: boolean): Promise<string> {
    const connection = { isOpen: true };
    const onWhatsApp: WASocket['onWhatsApp'] = () => {
      connection.isOpen = isOpen;
      return Promise.resolve(undefined);
    };
    const sender = new Sender({
      // Nothing else is asked of it: what cannot be addressed is not sent.
      sock: { onWhatsApp } as unknown as WASocket,
      session: EMPTY,
      keys: new AuthState(EMPTY, Date.now).keys,
      memory: createAccountMemory(),
      acks: new Acks(systemClock),
      isOpen: () => connection.isOpen,
      clock: systemClock,
      logger: pino({ level: 'silent' }),
    });
    const outcome = await sender.send('40700000001@s.whatsapp.net', '3EB0', new Uint8Array([1]));
    assert.equal(outcome.kind, 'not-sent');
    return outcome.reason;
  }

  it('has had an attempt that counts while there is a connection, so that it does not wait for ever', async () => {
    assert.equal(await reasonFor(true), 'not-encrypted');
  });

  it('waits for the next connection when there is none any more', async () => {
    assert.equal(await reasonFor(false), 'not-connected');
  });
});
