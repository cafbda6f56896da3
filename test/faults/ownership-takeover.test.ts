import assert from 'node:assert/strict';
import {
  endScene,
  faultsOf,
  joined,
  openShops,
  ownersOf,
  runHost,
  whenRunBy,
  writeBothWays,
} from '../support/fleet.ts';
import { watchSockets } from '../support/socket-watch.ts';
import { simulator } from '../support/simulator-client.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

const SHORT = { LEASE_TTL_MS: '3000', REBALANCE_INTERVAL_MS: '1000' };

/** The most sockets each account ever had open, as the network itself counted. */
async function mostOpen(phones: readonly string[]): Promise<number[]> {
  const { maxOpenSockets } = await simulator.stats();
  return phones.map((phone) => maxOpenSockets[phone] ?? 0);
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
    await waitFor(
      () => ownersOf(shops),
      (owners) => owners[first.hostId] === 3 && owners[second.hostId] === 3,
      {
        what: 'two hosts to have three accounts each',
        timeoutMs: 60_000,
      },
    );
    const third = await runHost('three', SHORT);
    const hostIds = [first, second, third].map(({ hostId }) => hostId);
    const meanwhile = await writeBothWays(admin, shops, 'while accounts move');
    await waitFor(
      () => ownersOf(shops),
      (owners) => hostIds.every((hostId) => owners[hostId] === 2),
      {
        what: 'three hosts to have two accounts each',
        timeoutMs: 60_000,
      },
    );
    await whenRunBy(shops, hostIds);
    const { logins } = await simulator.stats();
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(meanwhile, after)), []);
    assert.equal((await simulator.stats())['logins'], logins, 'accounts still move');
    assert.deepEqual(await sockets.stop(), []);
    assert.ok((await mostOpen(phones)).every((most) => most === 1));
  });
});
