import assert from 'node:assert/strict';
import { objectIn } from '../../scripts/lib/json.ts';
import { endScene, faultsOf, openShops, runHost, whenRunBy, writeBothWays } from '../support/fleet.ts';
import { simulator } from '../support/simulator-client.ts';
import { signInAs } from '../support/staff.ts';

describe('a host that takes many accounts at once', () => {
  afterEach(async () => {
    await simulator.clearFaults();
    await endScene();
  });

  it('connects a few at a time, and one whose login is never answered holds up no other', async () => {
    const admin = await signInAs('admin');
    const first = await runHost('first');
    const shops = await openShops(admin, 10);
    const [stuck, alsoStuck, ...good] = shops;
    assert.ok(stuck && alsoStuck);
    await first.stop();
    for (const { phone } of [stuck, alsoStuck]) await simulator.fault({ account: phone, kind: 'no-success', times: 1 });
    // Room for two, and two that do not move on: the others get their turn all the same, and long before those two give up.
    const next = await runHost('next', { CONNECTS_AT_ONCE: '2', CONNECT_TIMEOUT_MS: '120000' });
    await whenRunBy(good, [next.hostId]);
    assert.deepEqual(await faultsOf(await writeBothWays(admin, good, 'after the storm')), []);
    const health = objectIn(await (await fetch(`${next.url}/health`)).json(), 'the health report');
    const accounts = objectIn(health['accounts'], 'its accounts');
    assert.deepEqual([accounts['total'], accounts['connected']], [10, 8]);
  });
});
