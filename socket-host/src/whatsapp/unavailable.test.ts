import { makeEventBuffer, NO_MESSAGE_FOUND_ERROR_TEXT, proto, type WAMessage } from '@whiskeysockets/baileys';
import assert from 'node:assert/strict';
import pino from 'pino';
import { createAccountMemory } from './account-memory.ts';
import { askForUnavailable } from './unavailable.ts';

const { StubType } = proto.WebMessageInfo;
const logger = pino({ level: 'silent' });

describe('a message that came without what it says', () => {
  const key = { remoteJid: '1@lid', remoteJidAlt: '40700000001@s.whatsapp.net', fromMe: false, id: 'AD' };
  const absent: WAMessage = {
    key,
    pushName: 'Ana',
    messageTimestamp: 1_700_000_000,
    messageStubType: StubType.CIPHERTEXT,
    messageStubParameters: [NO_MESSAGE_FOUND_ERROR_TEXT],
  };
  const readable: WAMessage = { key: { remoteJid: key.remoteJidAlt, id: key.id }, message: { conversation: 'Hello' } };

  /** What an account's connections ask its phone for, one after the other. */
  function scene(answer: () => Promise<string | undefined> = () => Promise.resolve('REQUEST')) {
    const memory = createAccountMemory();
    const asked: unknown[][] = [];
    const connect = () => {
      const ev = makeEventBuffer(logger);
      const requestPlaceholderResend = (...of: unknown[]): Promise<string | undefined> => {
        asked.push(of);
        return answer();
      };
      askForUnavailable({ sock: { ev, requestPlaceholderResend }, memory, logger });
      return {
        take: (...messages: WAMessage[]) => ev.emit('messages.upsert', { messages, type: 'notify' }),
        open: async () => {
          ev.emit('connection.update', { connection: 'open' });
          await new Promise(setImmediate);
        },
      };
    };
    return { asked, connect };
  }

  it('is asked for again by the next connection, until it can be read', async () => {
    const { asked, connect } = scene();
    const first = connect();
    await first.open();
    first.take(absent);
    assert.equal(asked.length, 0, 'the library asks itself while the connection lasts');
    const second = connect();
    await second.open();
    const wanted = { remoteJid: '1@lid', fromMe: false, id: 'AD', participant: null };
    const envelope = {
      key,
      pushName: 'Ana',
      messageTimestamp: 1_700_000_000,
      participant: null,
      verifiedBizName: null,
    };
    assert.deepEqual(asked, [[wanted, envelope]]);
    second.take(readable);
    await connect().open();
    assert.equal(asked.length, 1);
  });

  it('is asked for as often as the question could not be sent, and three times when it was', async () => {
    let isBroken = true;
    const { asked, connect } = scene(() =>
      isBroken ? Promise.reject(new Error('closed')) : Promise.resolve('REQUEST'),
    );
    connect().take(absent);
    for (let connections = 0; connections < 5; connections += 1) await connect().open();
    assert.equal(asked.length, 5);
    isBroken = false;
    for (let connections = 0; connections < 5; connections += 1) await connect().open();
    assert.equal(asked.length, 5 + 3);
  });

  it('is asked for no less because the library is at it', async () => {
    const { asked, connect } = scene(() => Promise.resolve(undefined));
    connect().take(absent);
    for (let connections = 0; connections < 5; connections += 1) await connect().open();
    assert.equal(asked.length, 5);
  });

  it('is not one whose ciphertext could not be read: its sender repeats that', async () => {
    const { asked, connect } = scene();
    connect().take({ ...absent, messageStubParameters: ['Bad MAC'] });
    await connect().open();
    assert.equal(asked.length, 0);
  });
});
