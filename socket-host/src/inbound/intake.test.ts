import assert from 'node:assert/strict';
import { threadIdOf } from '@switchboard/contract/ids';
import type { Timestamp } from 'firebase-admin/firestore';
import pino from 'pino';
import { altered } from '../altered.ts';
import { systemClock, type Clock } from '../clock.ts';
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

  function open(accountId = freshId('account'), clock: Clock = systemClock, isHeld = true) {
    const statuses = new MessageStatusWriter(db, accountId, clock);
    const intake = new Intake({ db, accountId, epoch: 1, team: 'main', statuses, clock, logger, isHeld: () => isHeld });
    const take = async (...messages: WireMessage[]): Promise<void> => {
      for (const each of messages) void intake.takeMessage(each);
      await intake.drain();
    };
    const threads = async () => {
      const { docs } = await db.collection('threads').get();
      return docs.filter((snapshot) => snapshot.get('accountId') === accountId);
    };
    const addByStaff = async (threadId: string, at: Date) => {
      const shown = { lastMessageText: 'staff', lastMessageDirection: 'outbound', lastMessageId: 'STAFF' };
      await db.doc(`threads/${threadId}`).update({ ...shown, lastMessageAt: at });
    };
    const messages = async (threadId: string) => (await db.collection(`threads/${threadId}/messages`).get()).docs;
    return { accountId, intake, take, threads, messages, addByStaff };
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

  it('stores nothing when the account is another’s by the clock, though nobody has said so yet', async () => {
    const account = open(freshId('account'), systemClock, false);
    assert.equal(await account.intake.takeMessage(message()), false);
    assert.deepEqual(await account.threads(), []);
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

  it('shows what the phone wrote in the past as far as it knows that it came, and takes no tick back', async () => {
    const account = open();
    const past = (changes: Partial<WireMessage> = {}) => message({ fromMe: true, source: 'history', ...changes });
    const [unsaid, fresh, ahead] = [past(), past(), past({ status: 'played' })];
    await account.take({ ...unsaid, status: 'read' }, fresh, ahead);
    // It comes again with the next link.
    await open(account.accountId).take(unsaid, { ...fresh, status: 'delivered' }, { ...ahead, status: 'read' });
    const [thread] = await account.threads();
    const stored = new Map((await account.messages(thread?.id ?? '')).map((each) => [each.id, each]));
    assert.deepEqual(
      [unsaid, fresh, ahead].map(({ waMessageId }) => stored.get(waMessageId)?.get('status') as unknown),
      ['read', 'delivered', 'played'],
    );
  });

  it('stores what comes now before a long past, and is not idle until that is stored, and no more of it comes', async () => {
    let nowMs = 0;
    const account = open(freshId('account'), { ...systemClock, monotonicMs: () => nowMs });
    assert.equal(account.intake.isIdle(), true);
    const past = Array.from({ length: 40 }, () => message({ source: 'history' }));
    for (const each of past) void account.intake.takeMessage(each);
    await account.intake.takeMessage(message({ content: { kind: 'text', text: 'now' } }));
    const [thread] = await account.threads();
    const soFar = (await account.messages(thread?.id ?? '')).length;
    assert.ok(soFar < past.length, `it waited for ${String(soFar - 1)} of the past`);
    assert.equal(account.intake.isIdle(), false);
    nowMs = 15_000;
    assert.equal(account.intake.isIdle(), false);
    await account.intake.drain();
    assert.equal(account.intake.isIdle(), true);
    account.intake.expectPast();
    assert.equal(account.intake.isIdle(), false);
    const [after] = await account.threads();
    assert.equal((await account.messages(after?.id ?? '')).length, past.length + 1);
    assert.equal(after?.get('unreadCount'), 1);
    assert.equal(after.get('lastMessageText'), 'now');
  });

  it('makes of the past what was done to it before it was stored', async () => {
    const account = open();
    const past = Array.from({ length: 20 }, () => message({ source: 'history' }));
    for (const each of past) void account.intake.takeMessage(each);
    const targetId = past.at(-1)?.waMessageId ?? '';
    await account.intake.takeMessage(message({ content: { kind: 'edit', targetId, text: 'changed', at: null } }));
    const target = db.doc(`threads/${threadIdOf(account.accountId, LID)}/messages/${targetId}`);
    assert.equal((await target.get()).exists, false, 'the change came when its message was stored');
    await account.intake.drain();
    assert.equal((await target.get()).get('body'), 'changed');
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

  it('removes one that could not be read the first time and says nothing to a person, and what it did to the thread', async () => {
    const account = open();
    const [before, late] = [message(), message()];
    const nothing = { ...late, content: { kind: 'nothing' } } as const;
    await account.take(nothing);
    assert.deepEqual(await account.threads(), [], 'nor is there a thread for it');
    await account.take(before, { ...late, content: { kind: 'undecryptable' } });
    // Also by another host, which did not see it come.
    await open(account.accountId).take({ ...before, content: { kind: 'nothing' } }, nothing, nothing);
    const [thread] = await account.threads();
    assert.deepEqual(
      (await account.messages(thread?.id ?? '')).map(({ id }) => id),
      [before.waMessageId],
    );
    assert.deepEqual([thread?.get('unreadCount'), thread?.get('lastMessageId')], [1, before.waMessageId]);
    await account.take(message({ content: { kind: 'text', text: 'and on' } }));
    assert.equal((await account.threads())[0]?.get('unreadCount'), 2);
  });

  it('keeps kinds it cannot show', async () => {
    const account = open();
    await account.take(message({ content: { kind: 'unsupported', wireKind: 'locationMessage' } }));
    const [thread] = await account.threads();
    assert.equal(thread?.get('lastMessageText'), '[locationMessage]');
  });

  it('keeps another in its place where the thread shows a newer one, and its own text where it is the newest', async () => {
    const account = open();
    const [first, second] = [message(), message()];
    const unread = { kind: 'undecryptable' } as const;
    await account.take({ ...first, content: unread }, { ...second, content: unread }, first);
    const [thread] = await account.threads();
    assert.equal(thread?.get('lastMessageId'), second.waMessageId);
    assert.equal(thread.get('lastMessageText'), '[waiting for this message]');
    await account.take({ ...second, content: { kind: 'text', text: 'read at last' } });
    assert.equal((await account.threads())[0]?.get('lastMessageText'), 'read at last');
  });

  it('puts the text in place of what our own phone wrote, too', async () => {
    const account = open();
    const late = message({ fromMe: true });
    await account.take({ ...late, content: { kind: 'undecryptable' } }, late);
    const [stored] = await account.messages((await account.threads())[0]?.id ?? '');
    assert.equal(stored?.get('kind'), 'text');
    assert.equal(stored.get('status'), 'sent');
  });

  it('makes the thread anew when somebody has deleted it', async () => {
    for (const isKnown of [true, false]) {
      const account = open();
      await account.take(message());
      const [before] = await account.threads();
      await before?.ref.delete();
      await (isKnown ? account : open(account.accountId)).take(message({ content: { kind: 'text', text: 'again' } }));
      const [thread] = await account.threads();
      assert.equal(thread?.id, before?.id);
      assert.equal(thread?.get('lastMessageText'), 'again');
      assert.equal(thread.get('phoneE164'), '+40712345678');
      assert.equal((await account.messages(thread.id)).length, 2);
    }
  });

  it('changes messages that are left of a thread somebody has deleted', async () => {
    const account = open();
    const [target, late] = [message(), message()];
    await account.take(target, { ...late, content: { kind: 'undecryptable' } });
    const [before] = await account.threads();
    await before?.ref.delete();
    const edit = { kind: 'edit', targetId: target.waMessageId, text: 'changed', at: null } as const;
    await account.take(message({ content: edit }), { ...late, content: { kind: 'text', text: 'read at last' } });
    const stored = await account.messages(before?.id ?? '');
    assert.deepEqual(new Set(stored.map((each) => each.get('body') as string)), new Set(['changed', 'read at last']));
  });

  it('leaves the list at what staff wrote meanwhile, when a message comes that is older', async () => {
    const account = open();
    const nowMs = Date.now();
    await account.take(message({ sentAt: new Date(nowMs - 300_000) }));
    const [thread] = await account.threads();
    await account.addByStaff(thread?.id ?? '', new Date(nowMs - 60_000));
    await account.take(
      message({ source: 'backlog', sentAt: new Date(nowMs - 120_000) }),
      message({ source: 'live', sentAt: new Date(nowMs - 90_000) }),
    );
    const [after] = await account.threads();
    assert.equal(after?.get('lastMessageText'), 'staff');
    assert.equal((after.get('lastMessageAt') as Timestamp).toMillis(), nowMs - 60_000);
    assert.equal(after.get('unreadCount'), 3);
    await account.take(message({ sentAt: new Date(nowMs), content: { kind: 'text', text: 'newest' } }));
    assert.equal((await account.threads())[0]?.get('lastMessageText'), 'newest');
  });

  it('needs no look at a thread that nobody else has changed', async () => {
    let reads = 0;
    const counting = altered(db, {
      getAll: (...references) => {
        reads += 1;
        return db.getAll(...references);
      },
    });
    const accountId = freshId('account');
    const statuses = new MessageStatusWriter(db, accountId, systemClock);
    const intake = new Intake({
      db: counting,
      accountId,
      epoch: 1,
      team: 'main',
      statuses,
      clock: systemClock,
      isHeld: () => true,
      logger,
    });
    for (let count = 0; count < 5; count += 1) void intake.takeMessage(message({ source: 'backlog' }));
    await intake.drain();
    assert.equal(reads, 1, 'only the first message looks for its thread');
  });
});
