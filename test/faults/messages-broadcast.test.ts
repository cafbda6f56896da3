/** What comes through a broadcast list is in the thread with who sent it, as phones show it, whatever happens on its way. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  linkByQr,
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
import { QUICK, whenConfirmed, whenStruck } from './closes-scene.ts';
import { assertThread, unstoredMessages, type UnstoredMessages } from './unstored-messages.ts';

describe('a message that comes through a broadcast list', function () {
  this.timeout(240_000);
  let unstored: UnstoredMessages;
  let host: HostProcess;
  let admin: Staff;
  let account: LinkedAccount;
  let customer: string;

  before(async () => {
    unstored = await unstoredMessages();
    admin = await signInAs('admin');
  });

  beforeEach(async () => {
    host = await startHost({ env: { ...QUICK, FIRESTORE_EMULATOR_HOST: unstored.address } });
    [account, customer] = await Promise.all([linkByQr(admin, 'Shop'), newCustomer('Ana')]);
  });

  afterEach(() => {
    unstored.letGo();
    return host.stop();
  });
  after(() => unstored.close());

  const sendViaList = (text: string, addressing: 'lid' | 'pn' = 'lid'): Promise<string> =>
    simulator.send(customer, { to: account.phone, text, viaList: true, addressing });

  async function whenPhoneShows(phone: string, other: string, text: string): Promise<void> {
    await waitFor(
      () => simulator.messages(phone, other),
      (shown) => shown.some((message) => message.text === text && message.copies === 1),
      { what: `${phone} to show "${text}"`, timeoutMs: 60_000 },
    );
  }

  it('is in the thread with its sender, who gets the answer', async () => {
    await sendViaList('we have moved');
    const { senderJid, senderName, direction } = await whenInThread(account.accountId, customer, 'we have moved');
    await simulator.send(customer, { to: account.phone, text: 'to you alone' });
    await sendViaList('see you there', 'pn');
    await whenInThread(account.accountId, customer, 'see you there');
    await assertThread(account, ['we have moved', 'to you alone', 'see you there']);
    const direct = await whenInThread(account.accountId, customer, 'to you alone');
    assert.deepEqual([senderJid, senderName, direction], [direct.senderJid, 'Ana', 'inbound']);
    await whenConfirmed(account);
    const [thread] = await threadsOf(account.accountId);
    const to = { accountId: account.accountId, threadId: thread?.threadId ?? '' };
    await whenMessage(account.accountId, await sendText(admin, to, 'where to?'), 'delivered');
    await whenPhoneShows(customer, account.phone, 'where to?');
  });

  it('is there with the next host when this one dies between confirming it and storing it', async () => {
    await unstored.dieUnstored(host, account, () => sendViaList('we have moved'));
    assert.deepEqual(await threadsOf(account.accountId), []);
    host = await startHost({ env: { ...QUICK } });
    await whenInThread(account.accountId, customer, 'we have moved');
    await sendViaList('see you there');
    await whenInThread(account.accountId, customer, 'see you there');
    await assertThread(account, ['we have moved', 'see you there']);
  });

  for (const kind of ['corrupt', 'unavailable', 'duplicate'] as const)
    it(`is there once, read, although it meets the fault ${kind}`, async () => {
      await simulator.fault({ account: account.phone, kind });
      await sendViaList('we have moved');
      await whenStruck(account, kind, null);
      await whenInThread(account.accountId, customer, 'we have moved');
      await whenConfirmed(account);
      await assertThread(account, ['we have moved']);
    });

  for (const addressing of ['lid', 'pn'] as const)
    it(`and was sent by the account's owner (${addressing}) is confirmed, and in no thread`, async () => {
      const text = 'we have moved';
      await simulator.send(account.phone, { to: customer, text, viaList: true, addressing });
      await whenPhoneShows(customer, account.phone, text);
      await whenConfirmed(account);
      await simulator.send(customer, { to: account.phone, text: 'thank you' });
      await whenInThread(account.accountId, customer, 'thank you');
      await assertThread(account, ['thank you']);
    });
});
