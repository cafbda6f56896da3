/** A customer who rang in vain is in their thread, once, whatever becomes of the host that WhatsApp told of the call. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, newCustomer, whenInThread, type LinkedAccount } from '../support/journey.ts';
import { startProxy, type Proxy } from '../support/proxy.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { QUICK, whenConfirmed } from './closes-scene.ts';
import { assertThread, unstoredMessages, type UnstoredMessages } from './unstored-messages.ts';

const MISSED = '[missedCall]';

describe('a missed call', function () {
  this.timeout(240_000);
  let unstored: UnstoredMessages;
  let proxy: Proxy;
  let hosts: HostProcess[];
  let account: LinkedAccount;
  let customer: string;

  before(async () => {
    unstored = await unstoredMessages();
    proxy = await startProxy(unstored.address);
  });
  after(async () => {
    await proxy.stop();
    await unstored.close();
  });

  beforeEach(async () => {
    hosts = [await startHost({ env: { ...QUICK, FIRESTORE_EMULATOR_HOST: proxy.address } })];
    account = await linkByQr(await signInAs('admin'), 'Shop');
    customer = await newCustomer('Ana');
    await simulator.send(customer, { to: account.phone, text: 'may I call?' });
    await whenInThread(account.accountId, customer, 'may I call?');
    await whenConfirmed(account);
  });
  afterEach(async () => {
    unstored.letGo();
    proxy.heal();
    for (const host of hosts) await host.stop();
  });

  it('is in its thread with the next host when this one dies between confirming it and storing it', async () => {
    const [first] = hosts;
    assert.ok(first);
    let callId = '';
    await unstored.dieUnstored(first, account, async () => {
      callId = await simulator.callInVain(customer, account.phone);
    });
    await assertThread(account, ['may I call?']);
    hosts = [await startHost({ env: { ...QUICK } })];
    const { waMessageId, senderJid } = await whenInThread(account.accountId, customer, MISSED);
    assert.equal(waMessageId, callId);
    assert.ok(senderJid);
    await assertThread(account, ['may I call?', MISSED]);
  });

  it('is not confirmed by a host that cannot reach Firestore, and is in its thread with the next', async () => {
    proxy.cut('hold');
    await simulator.callInVain(customer, account.phone);
    hosts.push(await startHost({ env: { ...QUICK } }));
    await whenInThread(account.accountId, customer, MISSED);
    await whenConfirmed(account);
    proxy.heal();
    await simulator.send(customer, { to: account.phone, text: 'are you there?' });
    await whenInThread(account.accountId, customer, 'are you there?');
    await assertThread(account, ['may I call?', MISSED, 'are you there?']);
  });

  it('that came while there was no host stands between the messages before and behind it', async () => {
    await hosts[0]?.kill();
    await simulator.send(customer, { to: account.phone, text: 'now?' });
    await simulator.callInVain(customer, account.phone);
    await simulator.send(customer, { to: account.phone, text: 'call me back' });
    hosts = [await startHost({ env: { ...QUICK } })];
    await whenInThread(account.accountId, customer, 'call me back');
    await assertThread(account, ['may I call?', 'now?', MISSED, 'call me back']);
    await whenConfirmed(account);
  });
});
