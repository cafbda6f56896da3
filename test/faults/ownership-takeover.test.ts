import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  endScene,
  faultsOf,
  joined,
  openShops,
  ownersOf,
  runHost,
  whenRunBy,
  writeBothWays,
  type Shop,
} from '../support/fleet.ts';
import { notOnOneSocket, watchSockets } from '../support/socket-watch.ts';
import { simulator } from '../support/simulator-client.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import { leasesOf } from './owners.ts';

/** Long enough for a heartbeat on a machine that is busy. */
const SHORT = { LEASE_TTL_MS: '9000', REBALANCE_INTERVAL_MS: '1000' };
/** Leases as in production, and nothing moves but from a host that is dead. */
const STILL = { REBALANCE_INTERVAL_MS: '3600000' };

/** Waits until each of these hosts owns so many of the accounts. */
async function whenShared(shops: readonly Shop[], hosts: readonly HostProcess[], each: number): Promise<void> {
  await waitFor(
    () => ownersOf(shops),
    (owners) => hosts.every(({ hostId }) => owners[hostId] === each),
    { what: `${String(hosts.length)} hosts to have ${String(each)} accounts each`, timeoutMs: 60_000 },
  );
}

describe('when hosts come and go', () => {
  afterEach(endScene);

  it('the accounts of a host that is killed run elsewhere, on one socket each, and nothing is lost or doubled', async () => {
    const admin = await signInAs('admin');
    const [first, second] = [await runHost('killed', SHORT), await runHost('heir', SHORT)];
    const shops = await openShops(admin, 6);
    const phones = shops.map(({ phone }) => phone);
    const sockets = watchSockets(phones);
    const before = await writeBothWays(admin, shops, 'before');
    assert.deepEqual(await faultsOf(before), []);
    const inFlight = await writeBothWays(admin, shops, 'in flight');
    await first.kill();
    const meanwhile = await writeBothWays(admin, shops, 'meanwhile');
    await whenRunBy(shops, [second.hostId]);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(before, inFlight, meanwhile, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(phones), []);
  });

  it('those of one of three that is killed run on the other two, whose own stay where they are', async () => {
    const admin = await signInAs('admin');
    const hosts = [await runHost('one', STILL), await runHost('two', STILL), await runHost('three', STILL)];
    const shops = await openShops(admin, 6);
    const phones = shops.map(({ phone }) => phone);
    const sockets = watchSockets(phones);
    await whenRunBy(
      shops,
      hosts.map(({ hostId }) => hostId),
    );
    const owners = await ownersOf(shops);
    const [killed, ...others] = hosts.toSorted((a, b) => (owners[b.hostId] ?? 0) - (owners[a.hostId] ?? 0));
    assert.ok(killed);
    const accountIds = shops.map(({ accountId }) => accountId);
    const before = await leasesOf(accountIds);
    const kept = before.filter(({ hostId }) => !hostId.startsWith(`${killed.hostId}-`));
    const { logins } = await simulator.stats();
    const inFlight = await writeBothWays(admin, shops, 'in flight');
    await killed.kill();
    const meanwhile = await writeBothWays(admin, shops, 'meanwhile');
    await whenRunBy(
      shops,
      others.map(({ hostId }) => hostId),
    );
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, after)), []);
    const leases = await leasesOf(accountIds);
    assert.deepEqual(
      leases.filter(({ accountId }) => kept.some((lease) => lease.accountId === accountId)),
      kept,
    );
    assert.equal((await simulator.stats())['logins'], Number(logins) + shops.length - kept.length);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(phones), []);
  });

  it('those of one that is killed are shared evenly by the two that are left', async () => {
    const admin = await signInAs('admin');
    const killed = await runHost('killed', STILL);
    const shops = await openShops(admin, 6);
    const left = [await runHost('one', SHORT), await runHost('two', SHORT)];
    assert.deepEqual(await ownersOf(shops), { [killed.hostId]: 6 });
    const inFlight = await writeBothWays(admin, shops, 'in flight');
    await killed.kill();
    await whenShared(shops, left, 3);
    await whenRunBy(
      shops,
      left.map(({ hostId }) => hostId),
    );
    assert.deepEqual(await faultsOf(joined(inFlight, await writeBothWays(admin, shops, 'after'))), []);
    assert.deepEqual(Object.values(await ownersOf(shops)), [3, 3]);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
  });

  it('a host that is stopped hands its accounts over at once, without one socket too many', async () => {
    const admin = await signInAs('admin');
    // The default lease: whoever waited for it to run out would be late.
    const [first, second] = [await runHost('leaving'), await runHost('staying')];
    const shops = await openShops(admin, 6);
    const phones = shops.map(({ phone }) => phone);
    const sockets = watchSockets(phones);
    const inFlight = await writeBothWays(admin, shops, 'in flight');
    const stopped = first.stop();
    await whenRunBy(shops, [second.hostId], 12_000);
    await stopped;
    assert.equal(first.process.exit()?.code, 0);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(phones), []);
  });

  it('a second SIGTERM changes nothing: the host still hands over what it has', async () => {
    const admin = await signInAs('admin');
    const first = await runHost('asked-twice', SHORT);
    const shops = await openShops(admin, 3);
    const inFlight = await writeBothWays(admin, shops, 'in flight');
    process.kill(first.process.pid, 'SIGTERM');
    process.kill(first.process.pid, 'SIGTERM');
    assert.deepEqual(await first.process.exited, { code: 0, signal: null });
    assert.deepEqual(await ownersOf(shops), { nobody: 3 });
    await runHost('next', SHORT);
    assert.deepEqual(await faultsOf(inFlight), []);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
  });

  it('a third host gets its share, one account after the other, and then all is quiet', async () => {
    const admin = await signInAs('admin');
    const [first, second] = [await runHost('one', SHORT), await runHost('two', SHORT)];
    const shops = await openShops(admin, 6);
    const phones = shops.map(({ phone }) => phone);
    const sockets = watchSockets(phones);
    await whenShared(shops, [first, second], 3);
    const third = await runHost('three', SHORT);
    const hostIds = [first, second, third].map(({ hostId }) => hostId);
    const meanwhile = await writeBothWays(admin, shops, 'while accounts move');
    await whenShared(shops, [first, second, third], 2);
    await whenRunBy(shops, hostIds);
    const { logins } = await simulator.stats();
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(meanwhile, after)), []);
    assert.equal((await simulator.stats())['logins'], logins, 'accounts still move');
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(phones), []);
  });
});
