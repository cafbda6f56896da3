/** Questions of an open connection that WhatsApp leaves unanswered: the account stays connected, and what waits for an answer goes on. */
import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  askAccount,
  linkByQr,
  newCustomer,
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
import { newBystander, openSockets, QUICK, SLOW_MS, whenConfirmed, type Bystander } from './closes-scene.ts';
import { makeGroup, writeToGroup } from './session-groups.ts';
import { unshaken } from './unshaken.ts';

/** More than anybody asks. */
const MANY = 1_000;
/** Long enough for a question to be given up, which takes half a minute, on a slow machine. */
const GIVEN_UP_MS = 120_000;
/** No picture is shown, and no file is sent: nothing may come to wait for these. */
const NEVER_ASKED = ['w:m', 'w:profile:picture'] as const;

describe('an account whose question WhatsApp leaves unanswered', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;

  before(async () => {
    // A question that is not given up yet holds messages back: that is not deaf.
    host = await startHost({ env: { ...QUICK, DEAF_AFTER_MS: String(GIVEN_UP_MS) } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  const mute = (account: string, xmlns: string, times = MANY) =>
    simulator.fault({ account, kind: 'mute', xmlns, times });

  /** Writes both ways, and waits until both have it. */
  async function converse({ accountId, phone }: LinkedAccount): Promise<void> {
    const customer = await newCustomer('Ana');
    await simulator.send(customer, { to: phone, text: 'are you there?' });
    const threads = { what: 'the customer to have a thread', timeoutMs: GIVEN_UP_MS };
    await waitFor(
      () => threadsOf(accountId),
      ({ length }) => length > 0,
      threads,
    );
    await whenInThread(accountId, customer, 'are you there?');
    await whenMessage(accountId, await sendText(admin, { accountId, toPhone: customer }, 'we are'), 'delivered');
  }

  it('about the settings of its phone, just linked, asks again and has its messages', async () => {
    const phone = await newCustomer('Owner');
    await mute(phone, 'w:sync:app:state', 1);
    const account = await linkByQr(admin, 'New', phone);
    await unshaken(admin, account, () => converse(account));
    assert.equal(await simulator.timesLeft(phone, 'mute'), null, 'it did not ask');
  });

  it('never asks what its owner changed on the phone for all devices, and has its messages', async () => {
    const phone = await newCustomer('Owner');
    const account = await linkByQr(admin, 'Tidy', phone);
    await whenConfirmed(account);
    await converse(account);
    await mute(phone, 'w:sync:app:state');
    await unshaken(admin, account, async () => {
      await simulator.changeSettings(phone);
      await converse(account);
      await whenConfirmed(account);
    });
    assert.equal(await simulator.timesLeft(phone, 'mute'), MANY, 'it asked');
  });

  it('about who is in a group asks again, and sends the message there', async () => {
    const [account, customer] = [await linkByQr(admin, 'Member'), await newCustomer('Ana')];
    const { accountId, phone } = account;
    await writeToGroup(await makeGroup(customer, [phone]), customer, 'Who has a ladder?');
    const thread = await waitFor(
      async () => (await threadsOf(accountId)).find(({ isGroup }) => isGroup),
      (found) => found !== undefined,
      { what: 'the group to have a thread', timeoutMs: SLOW_MS },
    );
    await mute(phone, 'w:g2', 1);
    await unshaken(admin, account, async () => {
      const sent = await sendText(admin, { accountId, threadId: thread?.threadId ?? '' }, 'We do');
      await whenOutbox(sent.requestId, 'sent', GIVEN_UP_MS);
      await whenMessage(accountId, sent, 'delivered');
    });
    assert.equal(await simulator.timesLeft(phone, 'mute'), null, 'it did not ask');
  });

  it('when it logs out is deleted all the same', async () => {
    const { accountId, phone } = await linkByQr(admin, 'Closing');
    await mute(phone, 'md');
    await askAccount(admin, { type: 'delete', accountId });
    await whenAccount(accountId, 'it to be deleted', ({ status }) => status === 'deleted', SLOW_MS);
    assert.equal(await simulator.timesLeft(phone, 'mute'), MANY - 1, 'WhatsApp was not told');
    assert.equal(await openSockets(phone), 0);
    assert.equal((await adminFirestore().doc(paths.session(accountId)).get()).get('creds') ?? null, null);
  });

  for (const xmlns of NEVER_ASKED)
    it(`never asks "${xmlns}"`, async () => {
      const phone = await newCustomer('Owner');
      await mute(phone, xmlns);
      const account = await linkByQr(admin, 'Modest', phone);
      await unshaken(admin, account, () => converse(account));
      assert.equal(await simulator.timesLeft(phone, 'mute'), MANY, 'it asked');
    });
});
