import type { Thread } from '@switchboard/contract/thread';
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, messagesOf, newCustomer, threadsOf, whenInThread, type LinkedAccount } from '../support/journey.ts';
import { beginTalk, OUR_TEXT, threadOf, whenStored, type Talk } from '../support/content.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';

describe('what a customer does with messages', () => {
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

  it('an answer carries a copy of what it answers', async () => {
    const text = 'Tomorrow is fine';
    await simulator.send(talk.customer, { to: shop.phone, text, quote: talk.ours });
    const stored = await whenInThread(shop.accountId, talk.customer, text);
    assert.equal(stored.quotedId, talk.ours);
    const { id, direction, kind, body } = stored.quoted ?? {};
    assert.deepEqual([id, direction, kind, body], [talk.ours, 'outbound', 'text', OUR_TEXT]);
  });

  it('a reaction is on the message, is replaced and taken back, and makes nothing unread', async () => {
    const [before, count] = [await threadOf(talk), (await messagesOf(talk.threadId)).length];
    for (const emoji of ['🙏', '❤️', '']) {
      await simulator.react(talk.customer, shop.phone, talk.ours, emoji);
      const shown = emoji === '' ? [] : [emoji];
      const { reactions } = await whenStored(talk, talk.ours, `reaction "${emoji}"`, (message) => {
        return (
          Object.values(message.reactions)
            .map((reaction) => reaction.emoji)
            .join() === shown.join()
        );
      });
      assert.ok(!('us' in reactions));
    }
    const after = await threadOf(talk);
    assert.deepEqual(after, before, 'neither preview nor unread count change');
    assert.equal((await messagesOf(talk.threadId)).length, count, 'a reaction is no message');
  });

  it('an edit and a deletion change the message and the list, and make nothing unread', async () => {
    const theirs = await simulator.send(talk.customer, { to: shop.phone, text: 'see you tomorow' });
    await whenInThread(shop.accountId, talk.customer, 'see you tomorow');
    const { unreadCount } = await threadOf(talk);
    await simulator.edit(talk.customer, shop.phone, theirs, 'see you tomorrow');
    const edited = await whenStored(talk, theirs, 'the edit', ({ editedAt }) => editedAt !== null);
    assert.equal(edited.body, 'see you tomorrow');
    assert.ok(edited.searchTokens.includes('tomorrow'));
    assert.equal((await threadOf(talk)).lastMessageText, 'see you tomorrow');
    await simulator.delete(talk.customer, shop.phone, theirs);
    const deleted = await whenStored(talk, theirs, 'the deletion', ({ deletedAt }) => deletedAt !== null);
    assert.deepEqual([deleted.body, deleted.searchTokens], ['', []]);
    const thread = await threadOf(talk);
    assert.deepEqual([thread.lastMessageText, thread.unreadCount], ['', unreadCount]);
  });

  it('what the account’s own phone does counts as ours', async () => {
    const mine = await beginTalk(agent, shop, 'Own phone');
    await simulator.react(shop.phone, mine.customer, mine.theirs, '👀');
    await whenStored(mine, mine.theirs, 'our reaction', ({ reactions }) => reactions['us']?.emoji === '👀');
    await simulator.edit(shop.phone, mine.customer, mine.ours, 'from the phone');
    await whenStored(mine, mine.ours, 'our edit', ({ body }) => body === 'from the phone');
    await simulator.delete(shop.phone, mine.customer, mine.ours);
    await whenStored(mine, mine.ours, 'our deletion', ({ deletedAt }) => deletedAt !== null);
  });

  it('counts once when the network delivers it twice', async () => {
    for (const variant of ['same', 'reencrypted']) {
      await simulator.fault({ account: shop.phone, kind: 'duplicate', variant, times: 1 });
      await simulator.react(talk.customer, shop.phone, talk.ours, '🎉');
      await whenStored(talk, talk.ours, 'the reaction', ({ reactions }) => Object.keys(reactions).length === 1);
      await simulator.react(talk.customer, shop.phone, talk.ours, '');
      await whenStored(talk, talk.ours, 'it taken back', ({ reactions }) => Object.keys(reactions).length === 0);
    }
    const marker = await simulator.send(talk.customer, { to: shop.phone, text: 'after the duplicates' });
    await whenStored(talk, marker, 'what followed', () => true);
    const kinds = (await messagesOf(talk.threadId)).map(({ kind }) => kind);
    assert.deepEqual(new Set(kinds), new Set(['text']), 'nothing was left waiting');
  });

  it('that could not be read the first time leaves nothing behind', async () => {
    const mine = await beginTalk(agent, shop, 'Garbled');
    const before = await threadOf(mine);
    await simulator.fault({ account: shop.phone, kind: 'corrupt', times: 1 });
    await simulator.react(mine.customer, shop.phone, mine.ours, '👍');
    await whenStored(mine, mine.ours, 'the reaction', ({ reactions }) => Object.keys(reactions).length === 1);
    assert.equal((await messagesOf(mine.threadId)).length, 2);
    const listed = ({ unreadCount, lastMessageId, lastMessageText, lastMessageAt }: Thread) => {
      return { unreadCount, lastMessageId, lastMessageText, lastMessageAt };
    };
    assert.deepEqual(listed(await threadOf(mine)), listed(before));
  });

  it('is kept when it comes before the message it is about, and made when that comes', async () => {
    await simulator.fault({ account: shop.phone, kind: 'reorder', holdMs: 30_000, times: 1 });
    const theirs = await simulator.send(talk.customer, { to: shop.phone, text: 'wrong words' });
    await simulator.edit(talk.customer, shop.phone, theirs, 'right words');
    const stored = await whenStored(talk, theirs, 'the edited message', ({ body }) => body === 'right words');
    assert.ok(stored.editedAt !== null && stored.searchTokens.includes('right'));
    assert.equal((await threadOf(talk)).lastMessageText, 'right words');
    assert.deepEqual((await threadOf(talk)).earlyChanges, [], 'it was waited for, and is no more');
  });

  it('is kept even when it is the first that is ever heard of a customer', async () => {
    const customer = await newCustomer('Hasty');
    await simulator.fault({ account: shop.phone, kind: 'reorder', holdMs: 30_000, times: 1 });
    const theirs = await simulator.send(customer, { to: shop.phone, text: 'helo' });
    await simulator.edit(customer, shop.phone, theirs, 'hello');
    const stored = await whenInThread(shop.accountId, customer, 'hello');
    assert.equal(stored.waMessageId, theirs);
    const threads = (await threadsOf(shop.accountId)).filter(({ phoneE164 }) => phoneE164 === customer);
    assert.deepEqual(
      threads.map(({ unreadCount, lastMessageText }) => [unreadCount, lastMessageText]),
      [[1, 'hello']],
    );
  });
});
