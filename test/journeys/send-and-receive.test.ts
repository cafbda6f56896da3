import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  linkByQr,
  messagesOf,
  newCustomer,
  recordStatuses,
  sendText,
  threadsOf,
  whenAccount,
  whenInThread,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

describe('a linked account', () => {
  let host: HostProcess;
  let admin: Staff;
  let agent: Staff;
  let shop: LinkedAccount;

  before(async () => {
    host = await startHost();
    [admin, agent] = [await signInAs('admin'), await signInAs('agent')];
    shop = await linkByQr(admin, 'Shop');
  });

  after(() => host.stop());

  it('sends what staff write, and the ticks go from queued to read', async () => {
    const customer = await newCustomer('Ana');
    const sent = await sendText(agent, { accountId: shop.accountId, toPhone: customer }, 'Your order is ready');
    await whenOutbox(sent.requestId, 'sent');
    const threadId = String((await adminFirestore().doc(paths.outbox(sent.requestId)).get()).get('threadId'));
    const screen = await recordStatuses(agent, paths.message(threadId, sent.waMessageId));
    await whenMessage(shop.accountId, sent, 'delivered');
    await waitFor(
      () => screen.seen.length,
      (shown) => shown > 0,
      { what: 'the message to be shown' },
    );
    await simulator.read(customer, shop.phone);
    await waitFor(
      () => screen.seen.at(-1),
      (status) => status === 'read',
      { what: 'the message to be shown as read' },
    );
    screen.stop();
    const order = ['queued', 'sending', 'sent', 'delivered', 'read'];
    const ranks = screen.seen.map((status) => order.indexOf(status));
    assert.ok(
      ranks.every((rank, index) => rank >= 0 && (index === 0 || rank > (ranks[index - 1] ?? -1))),
      screen.seen.join(' → '),
    );
    const [shown] = await simulator.messages(customer);
    assert.equal(shown?.text, 'Your order is ready');
    assert.equal(shown.id, sent.waMessageId);
    assert.equal(shown.from, shop.phone);
    assert.equal(shown.copies, 1);
    const { lastMessageAt } = await whenAccount(shop.accountId, 'it to know of its last message', (account) =>
      Boolean(account.lastMessageAt),
    );
    assert.ok(lastMessageAt && Date.now() - lastMessageAt.toMillis() < 600_000);
  });

  it('shows staff what a customer writes, once, in a thread with the customer’s number and name', async () => {
    const customer = await newCustomer('Dan');
    const id = await simulator.send(customer, { to: shop.phone, text: 'Are you open?' });
    const message = await whenInThread(shop.accountId, customer, 'Are you open?');
    assert.equal(message.waMessageId, id);
    assert.equal(message.direction, 'inbound');
    assert.equal(message.status, 'received');
    const threads = (await threadsOf(shop.accountId)).filter(({ phoneE164 }) => phoneE164 === customer);
    assert.equal(threads.length, 1);
    assert.equal(threads[0]?.displayName, 'Dan');
    assert.equal(threads[0].unreadCount, 1);
    assert.equal(threads[0].lastMessageText, 'Are you open?');
  });

  it('keeps both directions of a conversation in one thread, whichever name WhatsApp uses', async () => {
    const customer = await newCustomer('Eva');
    const sent = await sendText(agent, { accountId: shop.accountId, toPhone: customer }, 'Hello Eva');
    await whenMessage(shop.accountId, sent, 'delivered');
    await simulator.send(customer, { to: shop.phone, text: 'Hello Shop' });
    await whenInThread(shop.accountId, customer, 'Hello Shop');
    const threads = (await threadsOf(shop.accountId)).filter(({ phoneE164 }) => phoneE164 === customer);
    assert.equal(threads.length, 1);
    const threadId = threads[0]?.threadId ?? '';
    const reply = await sendText(agent, { accountId: shop.accountId, threadId }, 'How are you?');
    await whenMessage(shop.accountId, reply, 'delivered');
    const bodies = (await messagesOf(threadId)).map(({ body }) => body);
    assert.deepEqual(bodies, ['Hello Eva', 'Hello Shop', 'How are you?']);
  });

  it('keeps the order of what staff write into one thread', async () => {
    const customer = await newCustomer('Ion');
    const texts = Array.from({ length: 12 }, (_, index) => `part ${String(index + 1)}`);
    const sent = [];
    for (const text of texts) {
      const entry = await sendText(agent, { accountId: shop.accountId, toPhone: customer }, text);
      await whenOutbox(entry.requestId, 'sent');
      sent.push(entry);
    }
    const shown = await simulator.messages(customer);
    assert.deepEqual(
      shown.map(({ text }) => text),
      texts,
    );
  });

  it('fails a message to a number that has no WhatsApp, and says so', async () => {
    const sent = await sendText(agent, { accountId: shop.accountId, toPhone: '+40700000001' }, 'Anybody there?');
    await whenOutbox(sent.requestId, 'failed');
    const entry = await adminFirestore().doc(paths.outbox(sent.requestId)).get();
    assert.equal(entry.get('error.code'), 'not_on_whatsapp');
    await whenMessage(shop.accountId, sent, 'failed');
  });

  it('fails a message WhatsApp refuses, with WhatsApp’s own code', async () => {
    const customer = await newCustomer('Old');
    await simulator.fault({ account: shop.phone, kind: 'error-ack', code: 463, times: 1 });
    const sent = await sendText(agent, { accountId: shop.accountId, toPhone: customer }, 'Hi');
    await whenOutbox(sent.requestId, 'failed');
    const entry = await adminFirestore().doc(paths.outbox(sent.requestId)).get();
    assert.equal(entry.get('error.code'), 'new_chats_restricted');
    assert.deepEqual(await simulator.messages(customer), []);
  });
});

describe('two accounts with the same customer', () => {
  let host: HostProcess;
  before(async () => {
    host = await startHost();
  });
  after(() => host.stop());

  it('never mix: each has its own thread, messages and sends', async () => {
    const admin = await signInAs('admin');
    const one = await linkByQr(admin, 'North');
    const two = await linkByQr(admin, 'South');
    const customer = await newCustomer('Both');
    const fromOne = await sendText(admin, { accountId: one.accountId, toPhone: customer }, 'from North');
    const fromTwo = await sendText(admin, { accountId: two.accountId, toPhone: customer }, 'from South');
    await whenMessage(one.accountId, fromOne, 'delivered');
    await whenMessage(two.accountId, fromTwo, 'delivered');
    await simulator.send(customer, { to: one.phone, text: 'to North' });
    await simulator.send(customer, { to: two.phone, text: 'to South' });
    await whenInThread(one.accountId, customer, 'to North');
    await whenInThread(two.accountId, customer, 'to South');
    for (const [account, texts] of [
      [one, ['from North', 'to North']],
      [two, ['from South', 'to South']],
    ] as const) {
      const threads = await threadsOf(account.accountId);
      assert.equal(threads.length, 1);
      const bodies = (await messagesOf(threads[0]?.threadId ?? '')).map(({ body }) => body);
      assert.deepEqual(bodies.sort(), [...texts].sort());
    }
    const shown = await simulator.messages(customer);
    const senders = shown.filter(({ fromMe }) => !fromMe).map(({ from, text }) => [from, text]);
    assert.deepEqual(
      senders.sort(),
      [
        [one.phone, 'from North'],
        [two.phone, 'from South'],
      ].sort(),
    );
  });
});
