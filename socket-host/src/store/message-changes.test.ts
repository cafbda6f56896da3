import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Change } from '@switchboard/contract/payload';
import { threadSchema, type Thread } from '@switchboard/contract/thread';
import { Timestamp } from 'firebase-admin/firestore';
import { emulatedFirestore, freshId } from './emulator.ts';
import type { EarlyChange } from './early-changes.ts';
import { heldWrites } from './held-writes.ts';
import { storeChange } from './message-changes.ts';
import { readEntry } from './outbox.ts';
import { routedEntry } from './routed-entry.ts';
import { settleChange, type ChangeOutcome } from './settle-change.ts';

const ANA = '1@lid';
const db = emulatedFirestore();

async function openThread(fields: Partial<Thread> = {}): Promise<string> {
  const threadId = freshId('thread');
  const thread = {
    ...{ accountId: 'a', team: 'main', clientJid: ANA, phoneE164: null, lid: ANA, displayName: 'Ana', isGroup: false },
    ...{ lastMessageAt: Timestamp.now(), lastMessageText: 'helo', lastMessageDirection: 'inbound', unreadCount: 1 },
    ...{ assignedTo: null, tags: [], archived: false, ...fields },
  };
  await db.doc(paths.thread(threadId)).set(thread);
  return threadId;
}

async function addMessage(threadId: string, id: string, fields: Partial<Message> = {}): Promise<void> {
  const message = {
    ...{ accountId: 'a', threadId, clientJid: ANA, direction: 'inbound', kind: 'text', body: 'helo', waMessageId: id },
    ...{ status: 'received', error: null, outboxId: null, senderJid: ANA, senderName: 'Ana', createdBy: null },
    ...{ tsClient: null, tsServer: null, createdAt: Timestamp.now(), ...fields },
  };
  await db.doc(paths.message(threadId, id)).set(message);
}

const read = async (threadId: string, id: string) =>
  messageSchema.parse((await db.doc(paths.message(threadId, id)).get()).data());
const threadOf = async (threadId: string) => threadSchema.parse((await db.doc(paths.thread(threadId)).get()).data());

describe('a change that arrives', () => {
  const edit = (threadId: string, text: string, changeId = freshId('CHANGE'), targetId = 'M'): EarlyChange => {
    return { threadId, changeId, targetId, change: { kind: 'edit', text, by: ANA, at: Timestamp.fromMillis(1_000) } };
  };

  it('changes the message, and the list only where that shows it', async () => {
    const threadId = await openThread({ lastMessageId: 'M' });
    await addMessage(threadId, 'M');
    await addMessage(threadId, 'OLDER');
    assert.equal(await storeChange(db, edit(threadId, 'older', freshId('CHANGE'), 'OLDER')), 'changed');
    assert.equal((await threadOf(threadId)).lastMessageText, 'helo');
    const change = edit(threadId, 'hello');
    assert.equal(await storeChange(db, change), 'changed');
    assert.equal((await threadOf(threadId)).lastMessageText, 'hello');
    assert.equal(await storeChange(db, change), 'unchanged', 'once more is nothing new');
    const { editedAt } = await read(threadId, 'M');
    assert.ok(editedAt instanceof Timestamp);
  });

  it('finds the newest message of a thread of an earlier version by its time', async () => {
    const createdAt = Timestamp.now();
    const threadId = await openThread({ lastMessageAt: createdAt });
    await addMessage(threadId, 'M', { createdAt });
    await storeChange(db, edit(threadId, 'hello'));
    assert.equal((await threadOf(threadId)).lastMessageText, 'hello');
  });

  it('waits for its message, as do the newest fifty', async () => {
    const threadId = await openThread();
    for (let n = 0; n < 52; n += 1) {
      assert.equal(await storeChange(db, edit(threadId, 'hello', `C${String(n)}`, `M${String(n)}`)), 'early');
    }
    const awaited = (await threadOf(threadId)).earlyChanges ?? [];
    assert.deepEqual([awaited.length, awaited[0], awaited.at(-1)], [50, 'M2', 'M51']);
    const kept = await db.doc(paths.earlyChange(threadId, 'C51')).get();
    assert.ok(kept.get('expiresAt') instanceof Timestamp, 'what never gets its message expires');
  });

  it('takes its own placeholder away, when it could not be read the first time', async () => {
    const threadId = await openThread({
      lastMessageId: 'C',
      lastMessageText: '[waiting for this message]',
      unreadCount: 2,
    });
    await addMessage(threadId, 'M', { createdAt: Timestamp.fromMillis(1_000) });
    await addMessage(threadId, 'C', { kind: 'undecryptable', body: '[waiting for this message]' });
    assert.equal(await storeChange(db, edit(threadId, 'hello', 'C')), 'changed');
    assert.equal((await db.doc(paths.message(threadId, 'C')).get()).exists, false);
    const { unreadCount, lastMessageId, lastMessageText } = await threadOf(threadId);
    assert.deepEqual([unreadCount, lastMessageId, lastMessageText], [1, 'M', 'hello']);
  });
});

describe('a change of ours, once its fate is known,', () => {
  async function claimed(threadId: string, payload: Change) {
    const requestId = freshId('request');
    const { data } = routedEntry({ payload, threadId, status: 'processing', createdAt: Timestamp.now() });
    await db.doc(paths.outbox(requestId)).set({ ...data });
    const { kind, targetId } = payload;
    const pendingChange = { kind, outboxId: requestId, at: data.createdAt, emoji: null, text: null, error: null };
    await db.doc(paths.message(threadId, targetId)).update({ pendingChange });
    const entry = await readEntry(db, requestId);
    assert.ok(entry);
    const settle = (outcome: ChangeOutcome, by = db) => settleChange(by, entry, payload, outcome);
    return { requestId, settle, status: async () => (await readEntry(db, requestId))?.data.status };
  }
  const edit: Change = { kind: 'edit', targetId: 'M', text: 'hello' };
  const ours = { direction: 'outbound', status: 'delivered', senderJid: null } as const;

  it('is made and shows as pending no more, in one commit with its entry', async () => {
    const threadId = await openThread({ lastMessageId: 'M' });
    await addMessage(threadId, 'M', ours);
    const { settle, status } = await claimed(threadId, edit);
    await settle({ kind: 'sent', at: null });
    const { body, pendingChange, status: messageStatus } = await read(threadId, 'M');
    assert.deepEqual([body, pendingChange, messageStatus, await status()], ['hello', null, 'delivered', 'sent']);
    assert.equal((await threadOf(threadId)).lastMessageText, 'hello');
    await assert.rejects(settle({ kind: 'sent', at: null }), 'it is settled: the second loses');
  });

  it('leaves the list at a newer message, when it lands after that', async () => {
    const threadId = await openThread({ lastMessageId: 'M' });
    await addMessage(threadId, 'M', ours);
    const { settle, status } = await claimed(threadId, edit);
    const late = heldWrites(db);
    const settled = settle({ kind: 'sent', at: null }, late.db);
    await late.whenUnderWay(1);
    await db.doc(paths.thread(threadId)).update({ lastMessageId: 'NEWER', lastMessageText: 'newer' });
    late.letLand();
    await assert.rejects(settled, /changed meanwhile/);
    await settle({ kind: 'sent', at: null });
    assert.equal((await threadOf(threadId)).lastMessageText, 'newer');
    assert.deepEqual([(await read(threadId, 'M')).body, await status()], ['hello', 'sent']);
  });

  it('that failed leaves the message as it was, and says why', async () => {
    const threadId = await openThread();
    await addMessage(threadId, 'M', ours);
    const { settle, status } = await claimed(threadId, edit);
    await settle({ kind: 'failed', error: errorOf('refused_by_whatsapp', '479') });
    const { body, pendingChange } = await read(threadId, 'M');
    assert.deepEqual([body, pendingChange?.error?.code, await status()], ['helo', 'refused_by_whatsapp', 'failed']);
  });

  it('leaves a newer one that waits alone', async () => {
    const threadId = await openThread();
    await addMessage(threadId, 'M', ours);
    const first = await claimed(threadId, edit);
    const second = await claimed(threadId, { kind: 'delete', targetId: 'M' });
    await first.settle({ kind: 'sent', at: null });
    assert.equal((await read(threadId, 'M')).pendingChange?.outboxId, second.requestId);
  });

  it('is settled although its message is gone', async () => {
    const threadId = await openThread();
    await addMessage(threadId, 'M', ours);
    const { settle, status } = await claimed(threadId, edit);
    await db.doc(paths.message(threadId, 'M')).delete();
    await settle({ kind: 'sent', at: null });
    assert.equal(await status(), 'sent');
  });

  it('is made of two at once, both', async () => {
    const threadId = await openThread();
    await addMessage(threadId, 'M', ours);
    const first = await claimed(threadId, edit);
    const second = await claimed(threadId, { kind: 'reaction', targetId: 'M', emoji: '👍' });
    const settled = await Promise.allSettled([first, second].map(({ settle }) => settle({ kind: 'sent', at: null })));
    // Whoever met the other's commit is asked to try again.
    for (const [index, one] of [first, second].entries()) {
      if (settled[index]?.status === 'rejected') await one.settle({ kind: 'sent', at: null });
    }
    const { body, reactions, pendingChange } = await read(threadId, 'M');
    assert.deepEqual([body, reactions['us']?.emoji, pendingChange], ['hello', '👍', null]);
  });
});
