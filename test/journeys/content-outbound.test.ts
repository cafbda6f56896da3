import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { messagesOf, linkByQr, whenOutbox, type LinkedAccount } from '../support/journey.ts';
import {
  beginTalk,
  OUR_TEXT,
  send,
  THEIR_TEXT,
  threadOf,
  whenRefused,
  whenShown,
  whenStored,
  type Talk,
} from '../support/content.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';

describe('what staff do with messages', () => {
  let host: HostProcess;
  let agent: Staff;
  let shop: LinkedAccount;
  let talk: Talk;

  before(async () => {
    host = await startHost();
    agent = await signInAs('agent');
    shop = await linkByQr(await signInAs('admin'), 'Shop');
    talk = await beginTalk(agent, shop, 'Ana');
  });
  after(() => host.stop());

  it('an answer shows on both sides what it answers, be it theirs or ours', async () => {
    const first = await send(agent, talk, { kind: 'text', text: 'This order?', quotedId: talk.theirs });
    const shown = await whenShown(talk, 'the answer', ({ text }) => text === 'This order?');
    assert.deepEqual([shown.quotedId, shown.quotedText], [talk.theirs, THEIR_TEXT]);
    const stored = await whenStored(talk, first.waMessageId, 'the answer to be sent', ({ tsServer }) => !!tsServer);
    assert.equal(stored.quotedId, talk.theirs);
    assert.deepEqual([stored.quoted?.direction, stored.quoted?.body], ['inbound', THEIR_TEXT]);
    const second = await send(agent, talk, { kind: 'text', text: 'As I said', quotedId: talk.ours });
    const own = await whenShown(talk, 'the second answer', ({ text }) => text === 'As I said');
    assert.deepEqual([own.id, own.quotedId, own.quotedText], [second.waMessageId, talk.ours, OUR_TEXT]);
  });

  it('a reaction shows once it is sent, is replaced by the next, and is taken back', async () => {
    const before = await messagesOf(talk.threadId);
    for (const emoji of ['👍', '❤️', null]) {
      const { requestId } = await send(agent, talk, { kind: 'reaction', targetId: talk.theirs, emoji });
      await whenOutbox(requestId, 'sent');
      await whenShown(talk, `reaction ${String(emoji)}`, ({ id, reactions }) => {
        return id === talk.theirs && (reactions[0]?.emoji ?? null) === emoji && reactions.length <= 1;
      });
      const stored = await whenStored(talk, talk.theirs, 'the reaction', (message) => message.pendingChange === null);
      assert.equal(stored.reactions['us']?.emoji ?? null, emoji);
    }
    assert.equal((await messagesOf(talk.threadId)).length, before.length, 'a reaction is no message');
  });

  it('an edit puts other words into the message, for the customer, for staff and in the list', async () => {
    const mine = await beginTalk(agent, shop, 'Edited');
    assert.equal((await threadOf(mine)).lastMessageText, OUR_TEXT);
    await send(agent, mine, { kind: 'edit', targetId: mine.ours, text: 'It will be tomorrow' });
    const shown = await whenShown(mine, 'the edit', ({ id, isEdited }) => id === mine.ours && isEdited);
    assert.deepEqual([shown.text, shown.copies], ['It will be tomorrow', 1]);
    const stored = await whenStored(mine, mine.ours, 'the edit', ({ editedAt }) => editedAt !== null);
    assert.equal(stored.body, 'It will be tomorrow');
    assert.equal(stored.pendingChange, null);
    assert.ok(stored.searchTokens.includes('tomorrow') && !stored.searchTokens.includes('tomorow'));
    assert.equal((await threadOf(mine)).lastMessageText, 'It will be tomorrow');
  });

  it('a deleted message is gone from the customer’s phone, and leaves its place and no words with us', async () => {
    const mine = await beginTalk(agent, shop, 'Deleted');
    await send(agent, mine, { kind: 'delete', targetId: mine.ours });
    await whenShown(mine, 'the deletion', ({ id, isRevoked }) => id === mine.ours && isRevoked);
    const stored = await whenStored(mine, mine.ours, 'the deletion', ({ deletedAt }) => deletedAt !== null);
    assert.deepEqual([stored.body, stored.searchTokens, stored.pendingChange], ['', [], null]);
    assert.equal((await threadOf(mine)).lastMessageText, '');
    const again = await whenRefused(await send(agent, mine, { kind: 'delete', targetId: mine.ours }));
    assert.equal(again.code, 'target_deleted');
  });

  it('is refused with a code, words and the field, and changes nothing', async () => {
    const refusals: readonly [Parameters<typeof send>[2], string, string][] = [
      [{ kind: 'reaction', targetId: 'NOTHING', emoji: '👍' }, 'target_unknown', 'payload.targetId'],
      [{ kind: 'text', text: 'what?', quotedId: 'NOTHING' }, 'target_unknown', 'payload.quotedId'],
      [{ kind: 'reaction', targetId: talk.theirs, emoji: 'ok' }, 'emoji_invalid', 'payload.emoji'],
      [{ kind: 'edit', targetId: talk.theirs, text: 'forged' }, 'target_not_ours', 'payload.targetId'],
      [{ kind: 'delete', targetId: talk.theirs }, 'target_not_ours', 'payload.targetId'],
      [{ kind: 'edit', targetId: talk.ours, text: ' ' }, 'text_missing', 'payload.text'],
    ];
    for (const [payload, code, field] of refusals) {
      const error = await whenRefused(await send(agent, talk, payload));
      assert.deepEqual([error.code, error.field], [code, field]);
      assert.ok(error.message.length > 10);
    }
    const theirs = (await simulator.messages(talk.customer, talk.phone)).find(({ id }) => id === talk.theirs);
    assert.deepEqual([theirs?.text, theirs?.isRevoked], [THEIR_TEXT, false]);
  });

  it('a change WhatsApp refuses stays visible with its reason, and nothing is changed', async () => {
    await simulator.fault({ account: shop.phone, kind: 'error-ack', code: 420, times: 1 });
    const { requestId } = await send(agent, talk, { kind: 'edit', targetId: talk.ours, text: 'never' });
    await whenOutbox(requestId, 'failed');
    const stored = await whenStored(talk, talk.ours, 'the failed edit', (message) => !!message.pendingChange?.error);
    assert.deepEqual(
      [stored.body, stored.pendingChange?.kind, stored.pendingChange?.outboxId, stored.pendingChange?.text],
      [OUR_TEXT, 'edit', requestId, 'never'],
    );
    assert.equal(stored.pendingChange?.error?.code, 'refused_by_whatsapp');
    assert.equal(stored.status, 'delivered');
  });
});
