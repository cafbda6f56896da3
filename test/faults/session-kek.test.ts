/** A new key-encryption key takes over from the one before, account by account, without anybody linking anything anew. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, newCustomer, sendText, whenInThread, whenMessage, type LinkedAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { openIncidents, openSockets, QUICK, whenIncident, whenStatus, whenWell } from './closes-scene.ts';
import { linkedDevices, watchForLinking } from './session-kept.ts';

const [FORMER_KEY, NEW_KEY] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];

function start(sessionKey: string, former?: string): Promise<HostProcess> {
  return startHost({ sessionKey, env: { ...QUICK, SESSION_KEK_FORMER: former } });
}

/** What the account's data key is, and the name of the key it is wrapped with. */
async function keysOf(accountId: string): Promise<{ readonly kid: unknown; readonly dataKeyId: unknown }> {
  const session = await adminFirestore().doc(paths.session(accountId)).get();
  return { kid: session.get('kid'), dataKeyId: session.get('dataKeyId') };
}

describe('a link sealed under one key-encryption key', function () {
  this.timeout(240_000);
  let admin: Staff;
  let customer: string;

  before(async () => {
    admin = await signInAs('admin');
    customer = await newCustomer('Ana');
  });

  async function assertWorks({ accountId, phone }: LinkedAccount, words: string): Promise<void> {
    await whenWell({ accountId, phone });
    const sent = await sendText(admin, { accountId, toPhone: customer }, `${words}?`);
    await whenMessage(accountId, sent, 'delivered');
    await simulator.send(customer, { to: phone, text: words });
    await whenInThread(accountId, customer, words);
  }

  it('is opened by a host that has a new one beside it, then by one with the new alone, and no more with the former', async () => {
    const first = await start(FORMER_KEY);
    const account = await linkByQr(admin, 'Sealed');
    await assertWorks(account, 'sealed');
    await first.stop();
    const before = await keysOf(account.accountId);
    const linking = watchForLinking([account]);

    const both = await start(NEW_KEY, FORMER_KEY);
    await assertWorks(account, 'with both');
    await both.stop();
    const after = await keysOf(account.accountId);
    assert.equal(after.dataKeyId, before.dataKeyId);
    assert.notEqual(after.kid, before.kid);

    const next = await start(NEW_KEY);
    await assertWorks(account, 'with the new alone');
    assert.deepEqual(await openIncidents(account.accountId), []);
    await next.stop();
    assert.deepEqual(await keysOf(account.accountId), after);

    await start(FORMER_KEY);
    const { details } = await whenIncident(account.accountId, 'session_unreadable');
    assert.ok(String(details['reason']).includes(String(after.kid)));
    await whenStatus(account.accountId, 'reconnecting', 'session_unreadable');
    assert.equal(await openSockets(account.phone), 0);
    linking.stop();
    assert.deepEqual([...linking.asked], []);
    assert.equal(await linkedDevices(account.phone), 1);
  });
});
