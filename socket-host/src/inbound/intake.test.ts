import assert from 'node:assert/strict';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import type { WireMessage } from '../whatsapp/types.ts';
import { Intake } from './intake.ts';

const LID = '9871234@lid';
const PHONE_JID = '40712345678@s.whatsapp.net';
let written = 0;

function message(changes: Partial<WireMessage> = {}): WireMessage {
  written += 1;
  return {
    waMessageId: freshId('WIRE'),
    source: 'live',
    chatJid: LID,
    chatAltJid: PHONE_JID,
    isGroup: false,
    fromMe: false,
    senderJid: LID,
    senderName: 'Ana',
    sentAt: new Date(1_700_000_000_000 + written * 1_000),
    content: { kind: 'text', text: `text ${String(written)}` },
    ...changes,
  };
}

describe('intake of an account', () => {
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });

  function open(accountId = freshId('account')) {
    const statuses = new MessageStatusWriter(db, accountId, systemClock);
    const intake = new Intake({ db, accountId, team: 'main', statuses, clock: systemClock, logger });
    const take = async (...messages: WireMessage[]): Promise<void> => {
      for (const each of messages) void intake.takeMessage(each);
      await intake.drain();
    };
    const threads = async () => {
      const { docs } = await db.collection('threads').get();
      return docs.filter((snapshot) => snapshot.get('accountId') === accountId);
    };
    const messages = async (threadId: string) => (await db.collection(`threads/${threadId}/messages`).get()).docs;
    return { accountId, intake, take, threads, messages };
  }

  it('makes one thread of both spellings of a customer, in whatever order they are learned', async () => {
    const orders: Partial<WireMessage>[][] = [
      [{}, { chatJid: PHONE_JID, chatAltJid: LID }],
      [{ chatJid: PHONE_JID, chatAltJid: null }, {}, { chatAltJid: null }],
      [{ chatAltJid: null }, {}, { chatJid: PHONE_JID, chatAltJid: null }],
    ];
    for (const order of orders) {
      const account = open();
      await account.take(...order.map(message));
      const threads = await account.threads();
      assert.equal(threads.length, 1);
      assert.equal(threads[0]?.get('clientJid'), LID);
      assert.equal(threads[0].get('lid'), LID);
      assert.equal(threads[0].get('phoneE164'), '+40712345678');
      assert.equal(threads[0].get('unreadCount'), order.length);
    }
  });

  it('stores a message that is delivered twice once, also after a restart', async () => {
    const account = open();
    const twice = message();
    await account.take(twice, twice);
    await open(account.accountId).take(twice);
    const [thread] = await account.threads();
    assert.equal(thread?.get('unreadCount'), 1);
    assert.equal((await account.messages(thread.id)).length, 1);
  });

  it('keeps the same customer of two accounts apart', async () => {
    const [one, two] = [open(), open()];
    await one.take(message());
    await two.take(message(), message());
    assert.equal((await one.threads())[0]?.get('unreadCount'), 1);
    assert.equal((await two.threads())[0]?.get('unreadCount'), 2);
  });

  it('shows what the account’s own phone wrote as sent, and counts nothing as unread', async () => {
    const account = open();
    await account.take(message({ fromMe: true, senderName: 'Me' }));
    const [thread] = await account.threads();
    assert.equal(thread?.get('unreadCount'), 0);
    assert.equal(thread.get('displayName'), '+40712345678');
    const [stored] = await account.messages(thread.id);
    assert.equal(stored?.get('direction'), 'outbound');
    assert.equal(stored.get('status'), 'sent');
  });

  it('fills in the past without raising unread or moving the thread', async () => {
    const account = open();
    const past = message({ source: 'history', content: { kind: 'text', text: 'long ago' }, sentAt: new Date(1) });
    await account.take(message({ content: { kind: 'text', text: 'now' } }), past);
    const [thread] = await account.threads();
    assert.equal(thread?.get('unreadCount'), 1);
    assert.equal(thread.get('lastMessageText'), 'now');
    assert.equal((await account.messages(thread.id)).length, 2);
  });

  it('puts the text in place of a message that could not be read the first time', async () => {
    const account = open();
    const late = message();
    await account.take({ ...late, content: { kind: 'undecryptable' } }, late, {
      ...late,
      content: { kind: 'undecryptable' },
    });
    const [thread] = await account.threads();
    const stored = await account.messages(thread?.id ?? '');
    assert.equal(stored.length, 1);
    assert.equal(stored[0]?.get('kind'), 'text');
    assert.equal(thread?.get('unreadCount'), 1);
  });

  it('keeps kinds it cannot show', async () => {
    const account = open();
    await account.take(message({ content: { kind: 'unsupported', wireKind: 'locationMessage' } }));
    const [thread] = await account.threads();
    assert.equal(thread?.get('lastMessageText'), '[locationMessage]');
  });
});
