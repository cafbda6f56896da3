import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linkAccounts, whenAllConnected } from '../../bench/accounts.ts';
import { newCustomer, sendText, whenInThread, whenMessage } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { freshId } from '../support/unique.ts';
import { linkedDevices, watchForLinking } from './session-kept.ts';

const ACCOUNTS = 30;

describe(`${String(ACCOUNTS)} accounts whose host is gone, with everything it had on disk`, function () {
  this.timeout(600_000);
  const empty = mkdtempSync(path.join(tmpdir(), 'switchboard-empty-'));

  after(() => {
    rmSync(empty, { recursive: true });
  });

  it('are connected by a host that has nothing but Firestore, without one QR code', async () => {
    const admin = await signInAs('admin');
    const first = await startHost({ hostId: freshId('first') });
    const accounts = await linkAccounts(admin, ACCOUNTS);
    await first.kill();
    const watch = watchForLinking(accounts);
    const nothing = { HOME: empty, TMPDIR: empty, XDG_CACHE_HOME: empty, NODE_COMPILE_CACHE: undefined };
    const next = await startHost({ hostId: freshId('next'), env: nothing });
    await whenAllConnected(accounts, next.hostId, 180_000);
    watch.stop();
    assert.deepEqual([...watch.asked], []);
    const devices = await Promise.all(accounts.map(({ phone }) => linkedDevices(phone)));
    assert.ok(devices.every((count) => count === 1));
    assert.deepEqual(readdirSync(empty), [], 'it keeps something on disk');

    const customer = await newCustomer('Ana');
    for (const { accountId, phone } of accounts) {
      const sent = await sendText(admin, { accountId, toPhone: customer }, `from ${phone}`);
      await simulator.send(customer, { to: phone, text: `to ${phone}` });
      await whenMessage(accountId, sent, 'delivered');
      await whenInThread(accountId, customer, `to ${phone}`);
    }
    await next.stop();
  });
});
