import assert from 'node:assert/strict';
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Change } from '@switchboard/contract/payload';
import { DELETE_WINDOW_MS, EDIT_GRACE_MS, EDIT_WINDOW_MS, targetOf } from '@switchboard/contract/target';
import { Timestamp } from 'firebase-admin/firestore';
import { freshId } from '../store/emulator.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import { LaneScene } from './lane-scene.ts';

const MINUTE_MS = 60_000;

describe('a change that may have been sent before, and was not answered for', () => {
  let scene: LaneScene;

  beforeEach(() => {
    scene = new LaneScene();
  });

  async function addMessage(ageMs: number): Promise<Message> {
    const sentAt = Timestamp.fromMillis(Date.now() - ageMs);
    const message = messageSchema.parse({
      ...{ accountId: scene.accountId, threadId: freshId('thread'), clientJid: '1@lid', waMessageId: freshId('3EB0') },
      ...{ direction: 'outbound', kind: 'text', body: 'helo', status: 'delivered', error: null, outboxId: 'o' },
      ...{ senderJid: null, senderName: null, tsClient: null, tsServer: sentAt, createdAt: sentAt, createdBy: 'u' },
    });
    await scene.db.doc(paths.message(message.threadId, message.waMessageId)).set(message);
    return message;
  }

  /** @param payload of the message with this id. @param ageMs how long ago that was sent. */
  async function attempted(payload: (targetId: string) => Change, ageMs: number): Promise<[OutboxEntry, Message]> {
    const runner = scene.open();
    const message = await addMessage(ageMs);
    const { threadId, waMessageId } = message;
    const change = payload(waMessageId);
    const fields = { threadId, payload: change, target: targetOf(message), built: Buffer.from([1]) };
    const entry = await scene.written(fields);
    const at = scene.db.doc(paths.message(threadId, waMessageId));
    const pending = { kind: change.kind, outboxId: entry.requestId, at: entry.data.createdAt, emoji: null, text: null };
    await at.update({ pendingChange: { ...pending, error: null } });
    scene.answers = [() => Promise.resolve({ kind: 'acked', serverAt: null })];
    runner.enqueue(entry, false);
    await scene.background.done();
    return [await scene.stored(entry.requestId), messageSchema.parse((await at.get()).data())];
  }

  const edit = (targetId: string): Change => ({ kind: 'edit', targetId, text: 'hello' });
  const deletion = (targetId: string): Change => ({ kind: 'delete', targetId });

  for (const [payload, windowMs] of [
    [edit, EDIT_WINDOW_MS + EDIT_GRACE_MS],
    [deletion, DELETE_WINDOW_MS],
  ] as const) {
    const { kind } = payload('');

    it(`is not sent again once nobody’s app would take it: that ${kind} fails, as one nobody knows of`, async () => {
      const [{ data }, message] = await attempted(payload, windowMs + MINUTE_MS);
      assert.deepEqual([data.status, data.error?.code], ['failed', 'unacknowledged']);
      const { body, deletedAt, pendingChange } = message;
      assert.deepEqual([body, deletedAt, pendingChange?.error?.code], ['helo', null, 'unacknowledged']);
    });

    it(`is sent again while apps take it: that ${kind} is done`, async () => {
      const [{ data }, message] = await attempted(payload, windowMs - MINUTE_MS);
      assert.deepEqual([data.status, message.pendingChange], ['sent', null]);
      assert.notEqual(message.body, 'helo');
    });
  }
});
