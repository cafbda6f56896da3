import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  accountOfRequest,
  askAccount,
  newCustomer,
  sendText,
  shownQr,
  whenAccount,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshPhone } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

/** Takes as long to type as anything does. */
const LONG_TEXT = 'Your order is ready and waits for you at the counter until the shop closes. '.repeat(3);

describe('before a message of staff, the customer’s phone', () => {
  let admin: Staff;
  let host: HostProcess;

  before(async () => {
    admin = await signInAs('admin');
    host = await startHost();
  });
  after(() => host.stop());

  /** Links an account whose limits are there before its host first reads them. */
  async function linkWith(name: string, showsTyping: boolean): Promise<LinkedAccount> {
    const phone = freshPhone();
    await simulator.addPhone({ phone, name });
    const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name, phone }));
    const account = adminFirestore().doc(paths.account(accountId));
    await account.update({ limits: { ...DEFAULT_LIMITS, showsTyping } });
    await simulator.scan(phone, await shownQr(accountId));
    await whenAccount(accountId, `${name} to be connected`, ({ status }) => status === 'connected');
    return { accountId, phone };
  }

  it('shows that somebody is typing when the account shows it, also to one never written to before', async () => {
    const shop = await linkWith('Typist', true);
    const customer = await newCustomer('Ana');
    for (const text of [`1. ${LONG_TEXT}`, `2. ${LONG_TEXT}`]) {
      const sent = await sendText(admin, { accountId: shop.accountId, toPhone: customer }, text);
      await waitFor(
        () => simulator.typingShown(customer),
        (typing) => typing[shop.phone] === 'composing',
        { what: `typing to be shown before "${text.slice(0, 2)}"`, timeoutMs: 60_000 },
      );
      // It ends with the message.
      await whenMessage(shop.accountId, sent, 'delivered');
      assert.deepEqual(await simulator.typingShown(customer), {});
    }
    const shown = await simulator.messages(customer, shop.phone);
    assert.deepEqual(
      shown.map(({ copies }) => copies),
      [1, 1],
    );
  });

  it('gets the message once from the next host when the first one stops while it is typing', async () => {
    const shop = await linkWith('Leaver', true);
    const customer = await newCustomer('Eva');
    const { requestId } = await sendText(admin, { accountId: shop.accountId, toPhone: customer }, LONG_TEXT);
    await waitFor(
      () => simulator.typingShown(customer),
      (typing) => typing[shop.phone] === 'composing',
      { what: 'typing to be shown', timeoutMs: 60_000 },
    );
    await host.stop();
    const entry = await adminFirestore().doc(paths.outbox(requestId)).get();
    assert.equal(entry.get('status'), 'routed');
    assert.deepEqual(await simulator.messages(customer, shop.phone), []);
    host = await startHost();
    await whenOutbox(requestId, 'sent');
    const shown = await simulator.messages(customer, shop.phone);
    assert.deepEqual(
      shown.map(({ copies }) => copies),
      [1],
    );
  });

  it('shows nothing when the account does not', async () => {
    const shop = await linkWith('Silent', false);
    const customer = await newCustomer('Dan');
    await sendText(admin, { accountId: shop.accountId, toPhone: customer }, LONG_TEXT);
    const seen: unknown[] = [];
    await waitFor(
      async () => {
        seen.push(await simulator.typingShown(customer));
        return simulator.messages(customer, shop.phone);
      },
      (messages) => messages.length > 0,
      { what: 'the message to be shown', timeoutMs: 60_000 },
    );
    assert.deepEqual(
      seen.filter((typing) => JSON.stringify(typing) !== '{}'),
      [],
    );
  });
});
