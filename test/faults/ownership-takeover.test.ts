import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
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
import { watchSockets } from '../support/socket-watch.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

const SHORT = { LEASE_TTL_MS: '3000', REBALANCE_INTERVAL_MS: '1000' };
/** Nothing moves but from a host that is dead: long enough for a heartbeat on a machine that is busy, and no host gives accounts away. */
const STILL = { LEASE_TTL_MS: '6000', REBALANCE_INTERVAL_MS: '3600000' };

/** Waits until each of these hosts owns so many of the accounts. */
async function whenShared(shops: readonly Shop[], hosts: readonly HostProcess[], each: number): Promise<void> {
  await waitFor(
    () => ownersOf(shops),
    (owners) => hosts.every(({ hostId }) => owners[hostId] === each),
    { what: `${String(hosts.length)} hosts to have ${String(each)} accounts each`, timeoutMs: 60_000 },
  );
}

/** The most sockets each account ever had open, as the network itself counted. */
async function mostOpen(phones: readonly string[]): Promise<number[]> {
  const { maxOpenSockets } = await simulator.stats();
  return phones.map((phone) => maxOpenSockets[phone] ?? 0);
}

interface StoredLease {
  readonly accountId: string;
  readonly hostId: string;
  readonly epoch: number;
}

async function leasesOf(shops: readonly Shop[]): Promise<StoredLease[]> {
  const stored = await adminFirestore().getAll(
    ...shops.map(({ accountId }) => adminFirestore().doc(paths.lease(accountId))),
  );
  return stored.map((lease) => ({
    accountId: lease.id,
    hostId: String(lease.get('hostId')),
    epoch: Number(lease.get('epoch')),
  }));
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
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.ok((await mostOpen(phones)).every((most) => most === 1));
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
    const before = await leasesOf(shops);
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
    const leases = await leasesOf(shops);
    assert.deepEqual(
      leases.filter(({ accountId }) => kept.some((lease) => lease.accountId === accountId)),
      kept,
    );
    assert.equal((await simulator.stats())['logins'], Number(logins) + shops.length - kept.length);
    assert.deepEqual(await sockets.stop(), []);
    assert.ok((await mostOpen(phones)).every((most) => most === 1));
  });

  it('those of one that is killed are shared evenly by the two that are left', async () => {
    const admin = await signInAs('admin');
    const killed = await runHost('killed', STILL);
    const shops = await openShops(admin, 6);
    const left = [await runHost('one', SHORT), await runHost('two', SHORT)];
    assert.deepEqual(await ownersOf(shops), { [killed.hostId]: 6 });
    await killed.kill();
    await whenShared(shops, left, 3);
    await whenRunBy(
      shops,
      left.map(({ hostId }) => hostId),
    );
    assert.deepEqual(await faultsOf(await writeBothWays(admin, shops, 'after')), []);
    assert.deepEqual(Object.values(await ownersOf(shops)), [3, 3]);
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
    assert.ok((await mostOpen(phones)).every((most) => most === 1));
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
    assert.ok((await mostOpen(phones)).every((most) => most === 1));
  });
});
