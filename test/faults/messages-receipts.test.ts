/** What says that a message arrived gets lost itself: the message is there once all the same, and what was lost is made up for. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  linkByQr,
  messagesOf,
  newCustomer,
  sendText,
  threadsOf,
  whenInThread,
  whenMessage,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import { connectAnew, newBystander, QUICK, SLOW_MS, whenStruck, type Bystander } from './closes-scene.ts';

/** What an account hears of a message it sent: the recipient's phone has it, and so has its own. */
const RECEIPTS = 2;

describe('a message of which the network loses', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;
  let account: LinkedAccount;
  let customer: string;

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
  });

  beforeEach(async () => {
    [account, customer] = await Promise.all([linkByQr(admin, 'Shop'), newCustomer('Ana')]);
    await simulator.send(customer, { to: account.phone, text: 'hello' });
    await whenInThread(account.accountId, customer, 'hello');
    await whenWaiting(0);
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  /** Waits until the network keeps so many stanzas for the account, because nobody has confirmed them. */
  async function whenWaiting(count: number): Promise<void> {
    await waitFor(
      () => simulator.waiting(account.phone),
      (waiting) => waiting === count,
      { what: `${String(count)} unconfirmed stanzas for ${account.phone}`, timeoutMs: SLOW_MS },
    );
  }

  it('our receipt is stored once, not asked for again, and confirmed with the next connection', async () => {
    const retries = (await simulator.stats())['retries'];
    await simulator.fault({ account: account.phone, kind: 'drop', direction: 'from', stanza: 'receipt' });
    await simulator.send(customer, { to: account.phone, text: 'is it there?' });
    await whenInThread(account.accountId, customer, 'is it there?');
    await whenStruck(account, 'drop', null);
    await whenWaiting(1);
    await connectAnew(account);
    await whenWaiting(0);
    const [thread] = await threadsOf(account.accountId);
    assert.ok(thread);
    const stored = (await messagesOf(thread.threadId)).map(({ body }) => body);
    assert.deepEqual(stored, ['hello', 'is it there?']);
    assert.equal(thread.unreadCount, 2);
    assert.equal((await simulator.stats())['retries'], retries, 'the customer was asked to repeat it');
  });

  it('the receipt of its recipient is shown as delivered with the next connection', async () => {
    await simulator.fault({
      account: account.phone,
      kind: 'drop',
      direction: 'to',
      stanza: 'receipt',
      times: RECEIPTS,
    });
    const sent = await sendText(admin, { accountId: account.accountId, toPhone: customer }, 'has it arrived?');
    await whenStruck(account, 'drop', null);
    await whenMessage(account.accountId, sent, 'sent');
    await whenWaiting(RECEIPTS);
    await connectAnew(account);
    await whenMessage(account.accountId, sent, 'delivered');
    await whenWaiting(0);
  });

  it('our answers to its receipts is told again with the next connection, answers then, and stays read', async () => {
    await simulator.fault({ account: account.phone, kind: 'drop', direction: 'from', stanza: 'ack', times: RECEIPTS });
    const sent = await sendText(admin, { accountId: account.accountId, toPhone: customer }, 'read this');
    await whenMessage(account.accountId, sent, 'delivered');
    await whenStruck(account, 'drop', null);
    await whenWaiting(RECEIPTS);
    await simulator.read(customer, account.phone);
    await whenMessage(account.accountId, sent, 'read');
    await connectAnew(account);
    await whenWaiting(0);
    await whenMessage(account.accountId, sent, 'read');
  });
});

describe('a receipt that overtakes what was written on the account’s own phone', function () {
  this.timeout(240_000);

  it('shows on the message although the host that heard it was killed before the message came', async () => {
    const admin = await signInAs('admin');
    const first = await startHost();
    const [account, customer] = await Promise.all([linkByQr(admin, 'Shop'), newCustomer('Ana')]);
    const { accountId, phone } = account;
    await simulator.fault({ account: phone, kind: 'delay', ms: 600_000, direction: 'to', stanza: 'message', times: 1 });
    await simulator.send(phone, { to: customer, text: 'written on the phone' });
    await whenStruck(account, 'delay', null);
    // What it heard of a message sent since is stored: so is what it made of the receipts before.
    const sent = await sendText(admin, { accountId, toPhone: customer }, 'written by staff');
    await whenMessage(accountId, sent, 'delivered');
    await first.kill();
    const second = await startHost();
    const { threadId, waMessageId } = await whenInThread(accountId, customer, 'written on the phone');
    await waitFor(
      async () => (await messagesOf(threadId)).find((message) => message.waMessageId === waMessageId)?.status,
      (status) => status === 'delivered',
      { what: 'its receipt to show', timeoutMs: SLOW_MS },
    );
    await second.stop();
  });
});
