/** What a sender says of messages that never left, on a socket of which only what it asks is there. */
import assert from 'node:assert/strict';
import type { WASocket } from '@whiskeysockets/baileys';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { createAccountMemory } from './account-memory.ts';
import { Acks } from './acks.ts';
import { AuthState, type SessionPort } from './auth-state.ts';
import { Sender } from './sender.ts';
import { toWire } from './to-wire.ts';

const EMPTY: SessionPort = {
  creds: null,
  get: () => undefined,
  set: () => Promise.resolve(),
  saveCreds: () => Promise.resolve(),
  list: () => [],
  forget: () => undefined,
};

/** @param sock what is asked of it, and nothing else. */
function senderOver(sock: object, connection: { readonly isOpen: boolean }): Sender {
  return new Sender({
    sock: sock as WASocket,
    session: EMPTY,
    keys: new AuthState(EMPTY, Date.now).keys,
    memory: createAccountMemory(),
    acks: new Acks(systemClock),
    watchdog: { messageLeaving: () => undefined, messageLeft: () => undefined },
    isOpen: () => connection.isOpen,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  });
}

describe('a message to a number of which WhatsApp does not say whether it is registered', () => {
  /** @param isOpen whether the connection is there still when the question has run out. */
  async function reasonFor(isOpen: boolean): Promise<string> {
    const connection = { isOpen: true };
    const onWhatsApp: WASocket['onWhatsApp'] = () => {
      connection.isOpen = isOpen;
      return Promise.resolve(undefined);
    };
    const outcome = await senderOver({ onWhatsApp }, connection).send(
      '40700000001@s.whatsapp.net',
      '3EB0',
      new Uint8Array([1]),
    );
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

describe('the others in a group', () => {
  const GROUP = '1203@g.us';
  const participants = [{ id: '1@lid' }, { id: '2@lid' }, { id: '9@lid' }];
  const user = { id: '407:1@s.whatsapp.net', lid: '9:1@lid' };

  it('are counted as WhatsApp tells of them, and asked for once', async () => {
    let asked = 0;
    const groupMetadata = () => {
      asked += 1;
      return Promise.resolve({ id: GROUP, participants });
    };
    const sender = senderOver({ user, groupMetadata }, { isOpen: true });
    assert.deepEqual([await sender.countMembers(GROUP), await sender.countMembers(GROUP), asked], [2, 2, 1]);
  });

  it('are not known while WhatsApp does not tell, nor without a connection; and a person is no group', async () => {
    const groupMetadata = () => Promise.reject(new Error('Timed Out'));
    assert.equal(await senderOver({ user, groupMetadata }, { isOpen: true }).countMembers(GROUP), null);
    assert.equal(await senderOver({}, { isOpen: false }).countMembers(GROUP), null);
    assert.equal(await senderOver({}, { isOpen: true }).countMembers('1@lid'), null);
  });
});

describe('a message of which not one copy could be encrypted', () => {
  /** @param isOpen whether the connection is there still when that has turned out. */
  async function reasonFor(isOpen: boolean): Promise<string> {
    const connection = { isOpen: true };
    const sock = {
      user: { id: '407:1@s.whatsapp.net' },
      authState: { creds: {}, keys: { transaction: (work: () => Promise<void>) => work() } },
      groupMetadata: () => Promise.resolve({ id: '1203@g.us', participants: [] }),
      getUSyncDevices: () => Promise.resolve([]),
      assertSessions: () => Promise.resolve(true),
      relayMessage: () => {
        connection.isOpen = isOpen;
        return Promise.reject(new Error('All encryptions failed'));
      },
    };
    const built = toWire({ kind: 'text', text: 'hello' }, new Uint8Array(32), null);
    const outcome = await senderOver(sock, connection).send('1203@g.us', '3EB0', built);
    assert.equal(outcome.kind, 'not-sent');
    return outcome.reason;
  }

  it('has had an attempt that counts while there is a connection', async () => {
    assert.equal(await reasonFor(true), 'not-encrypted');
  });

  it('waits for the next connection when there is none any more: its ratchets could not be made durable', async () => {
    assert.equal(await reasonFor(false), 'not-connected');
  });
});
