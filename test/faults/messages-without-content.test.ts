/**
 * Messages that reach us without what they say, because only the account's phone has that: none is lost, whenever the host dies, and each
 * stands in its thread, once, from when WhatsApp was told that we have it.
 */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, newCustomer, threadsOf, whenInThread, type LinkedAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { QUICK, whenConfirmed } from './closes-scene.ts';
import { assertThread, unstoredMessages, type UnstoredMessages } from './unstored-messages.ts';

describe('a message that comes without what it says', function () {
  this.timeout(240_000);
  let unstored: UnstoredMessages;
  let host: HostProcess;
  let account: LinkedAccount;

  before(async () => {
    unstored = await unstoredMessages();
  });

  beforeEach(async () => {
    host = await startHost({ env: { ...QUICK, FIRESTORE_EMULATOR_HOST: unstored.address } });
    account = await linkByQr(await signInAs('admin'), 'Shop');
  });

  afterEach(() => {
    unstored.letGo();
    return host.stop();
  });
  after(() => unstored.close());

  async function dieUnstored(write: () => Promise<unknown>): Promise<void> {
    await unstored.dieUnstored(host, account, write);
    assert.deepEqual(await threadsOf(account.accountId), []);
  }

  it('is in its thread with the next host, which asks the phone what it says', async () => {
    const customer = await newCustomer('Customer of an advertisement');
    await simulator.fault({ account: account.phone, kind: 'unavailable' });
    const text = 'I saw your advertisement';
    await dieUnstored(() => simulator.send(customer, { to: account.phone, text }));
    // The next host has the placeholder before it is connected, and no phone to ask until then.
    await simulator.fault({ account: account.phone, kind: 'no-success', times: 1_000 });
    host = await startHost({ env: { ...QUICK } });
    await whenInThread(account.accountId, customer, '[waiting for this message]');
    await assertThread(account, ['[waiting for this message]']);
    await simulator.clearFaults(account.phone);
    await whenInThread(account.accountId, customer, text);
    await assertThread(account, [text]);
  });

  it('and never will is in its thread with the next host', async () => {
    const customer = await newCustomer('Ana');
    await simulator.fault({ account: account.phone, kind: 'unavailable', type: 'hosted_unavailable_fanout' });
    await dieUnstored(() => simulator.send(customer, { to: account.phone, text: 'on the phone only' }));
    host = await startHost({ env: { ...QUICK } });
    const { kind } = await whenInThread(account.accountId, customer, '[placeholder]');
    assert.equal(kind, 'unsupported');
    await assertThread(account, ['[placeholder]']);
  });

  for (const [type, body] of [
    ['view_once_unavailable_fanout', '[viewOnce]'],
    ['view_once', '[viewOnce]'],
    ['bot_unavailable_fanout', '[placeholder]'],
  ] as const)
    it(`and is ${type} is in its thread between those before it and those behind it, and confirmed`, async () => {
      const customer = await newCustomer('Ana');
      const say = (text: string) => simulator.send(customer, { to: account.phone, text });
      await say('look');
      await whenInThread(account.accountId, customer, 'look');
      await simulator.fault({ account: account.phone, kind: 'unavailable', type });
      await say('to be seen on the phone');
      await say('did you see it?');
      await whenInThread(account.accountId, customer, 'did you see it?');
      await assertThread(account, ['look', body, 'did you see it?']);
      await whenConfirmed(account);
    });
});
