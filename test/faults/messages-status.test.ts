/**
 * Status updates are of no use here, but WhatsApp wants an answer to each: over one that is owed it ends the connection, again and again,
 * and it may hold back what customers wrote since.
 */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, messagesOf, newCustomer, threadsOf, whenInThread, type LinkedAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { connectAnew, newBystander, QUICK, whenConfirmed, whenStruck, type Bystander } from './closes-scene.ts';

describe('a status update that nobody here can read', function () {
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
    await whenConfirmed(account);
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  for (const form of ['status', 'message'] as const) {
    it(`is confirmed when it comes as <${form}>, and is in no thread`, async () => {
      const { retries } = await simulator.stats();
      await simulator.postStatus(customer, account.phone, form);
      await whenConfirmed(account);
      await simulator.send(customer, { to: account.phone, text: 'are you open?' });
      await whenInThread(account.accountId, customer, 'are you open?');
      const threads = await threadsOf(account.accountId);
      assert.deepEqual(
        threads.map(({ phoneE164 }) => phoneE164),
        [customer],
      );
      assert.equal((await messagesOf(threads[0]?.threadId ?? '')).length, 1);
      assert.equal((await simulator.stats())['retries'], retries, 'it was asked for again');
    });

    it(`is confirmed when it waited for us as <${form}>`, async () => {
      await simulator.fault({ account: account.phone, kind: 'drop', direction: 'from', stanza: 'ack' });
      await simulator.postStatus(customer, account.phone, form);
      await whenStruck(account, 'drop', null);
      await connectAnew(account);
      await whenConfirmed(account);
    });
  }
});
