import assert from 'node:assert/strict';
import { objectIn } from '../../scripts/lib/json.ts';
import { atTheEnd } from '../support/clean-up.ts';
import { endScene, faultsOf, openShops, ownersOf, runHost, whenRunBy, writeBothWays } from '../support/fleet.ts';
import { startProxy } from '../support/proxy.ts';
import { simulator } from '../support/simulator-client.ts';
import { stack } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

/** A place to connect counts as free again after this long. Source: `CONNECT_HOLD_MS` of the host. */
const HOLD_MS = 10_000;
/** How much later than the host we may see a connection begin, ms: the place that let it in may be free by then. */
const LATE_MS = 2_000;

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

  it('never has more of them connecting at once than it may, however many wait', async () => {
    const admin = await signInAs('admin');
    const first = await runHost('first');
    const shops = await openShops(admin, 10);
    await first.stop();
    // A network that takes connections and says nothing: whoever connects, goes on connecting.
    const proxy = await startProxy(new URL(stack.socketUrl()).host);
    atTheEnd(() => proxy.stop());
    proxy.cut('hold');
    const socketUrl = stack.socketUrl().replace(new URL(stack.socketUrl()).host, proxy.address);
    const next = await runHost('next', { CONNECTS_AT_ONCE: '3', CONNECT_TIMEOUT_MS: '120000' }, { socketUrl });
    let since = 0;
    const tooMany: string[] = [];
    const look = async (): Promise<number> => {
      const [count, now] = [proxy.connections(), performance.now()];
      if (count > 0 && since === 0) since = now;
      const places = since === 0 ? 3 : 3 * (1 + Math.floor((now - since + LATE_MS) / HOLD_MS));
      if (count > places) tooMany.push(`${String(count)} connections for ${String(places)} places`);
      return (await ownersOf(shops))[next.hostId] ?? 0;
    };
    await waitFor(look, (owned) => owned === 10, { what: 'all accounts to be taken', timeoutMs: 60_000 });
    await waitFor(look, () => proxy.connections() >= 3, { what: 'the places to be taken', timeoutMs: 60_000 });
    assert.deepEqual(tooMany, []);
    proxy.heal();
    await whenRunBy(shops, [next.hostId]);
    assert.deepEqual(await faultsOf(await writeBothWays(admin, shops, 'after the crowd')), []);
  });
});
