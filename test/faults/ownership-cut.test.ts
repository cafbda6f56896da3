import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import {
  endScene,
  faultsOf,
  joined,
  openShops,
  runHost,
  whenRunBy,
  writeBothWays,
  type Shop,
} from '../support/fleet.ts';
import { atTheEnd } from '../support/clean-up.ts';
import { firestoreNow, whenPassed } from '../support/firestore-clock.ts';
import { startProxy, type Cut, type Proxy } from '../support/proxy.ts';
import { notOnOneSocket, watchSockets } from '../support/socket-watch.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

const CUT_MS = 30_000;
/** Long enough for a heartbeat on a machine that is busy. */
const SHORT = { LEASE_TTL_MS: '9000' };

/** A host with a proxy of its own between itself and Firestore. */
async function startBehindProxy(name: string, env: Record<string, string> = {}) {
  const proxy = await startProxy(stack.firestore());
  atTheEnd(() => proxy.stop());
  const settings = { FIRESTORE_EMULATOR_HOST: proxy.address, REBALANCE_INTERVAL_MS: '3600000' };
  const host = await runHost(name, { ...env, ...settings });
  return { host, proxy };
}

async function openSockets(shops: readonly Shop[]): Promise<number> {
  const stats = await simulator.stats();
  return shops.reduce((sum, { phone }) => sum + (stats.openSockets[phone] ?? 0), 0);
}

async function ownerOf({ accountId }: Shop): Promise<string> {
  return String((await adminFirestore().doc(paths.lease(accountId)).get()).get('hostId'));
}

describe('hosts that are cut off from Firestore', () => {
  afterEach(endScene);

  const bothCut = async (how: Cut): Promise<void> => {
    const admin = await signInAs('admin');
    const [one, two] = [await startBehindProxy('one'), await startBehindProxy('two')];
    const hostIds = [one.host.hostId, two.host.hostId];
    const shops = await openShops(admin, 6);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const before = await writeBothWays(admin, shops, 'before');
    assert.deepEqual(await faultsOf(before), []);
    const inFlight = await writeBothWays(admin, shops, 'just before');
    const cutAt = await firestoreNow();
    for (const { proxy } of [one, two]) proxy.cut(how);
    const meanwhile = await writeBothWays(admin, shops, 'while cut off');
    await waitFor(
      () => openSockets(shops),
      (open) => open === 0,
      { what: 'both to stop their sockets' },
    );
    await whenPassed(CUT_MS, cutAt);
    const late = await writeBothWays(admin, shops, 'just before it is healed');
    for (const { proxy } of [one, two]) proxy.heal();
    await whenRunBy(shops, hostIds);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, late, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
  };

  it('both of them, stop their sockets, and go on when they are let back: nothing is lost or doubled', () =>
    bothCut('refuse'));

  it('do so too when what they wrote before arrives late instead of never', () => bothCut('hold'));

  const oneCut = async (proxyOf: (one: Proxy) => void): Promise<void> => {
    const admin = await signInAs('admin');
    const one = await startBehindProxy('cut', SHORT);
    const shops = await openShops(admin, 4);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const other = await runHost('heir', SHORT);
    const inFlight = await writeBothWays(admin, shops, 'just before');
    proxyOf(one.proxy);
    const meanwhile = await writeBothWays(admin, shops, 'while cut off');
    await whenRunBy(shops, [other.hostId]);
    const owners = await Promise.all(shops.map(ownerOf));
    one.proxy.heal();
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, after)), []);
    await waitFor(async () => (await fetch(`${one.host.url}/readyz`)).ok, Boolean, { what: 'it to take part again' });
    assert.deepEqual(
      await Promise.all(shops.map(ownerOf)),
      owners,
      'the host that was cut off took back what it had lost',
    );
    // Whatever its late writes could have done, they have.
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
  };

  it('one of them, loses its accounts to the other, and its late writes change nothing', () =>
    oneCut((proxy) => {
      proxy.cut('hold');
    }));
});

describe('a host without Firestore', () => {
  afterEach(endScene);

  it('that is started waits, not ready, and works as soon as Firestore is there', async () => {
    const admin = await signInAs('admin');
    const proxy = await startProxy(stack.firestore());
    atTheEnd(() => proxy.stop());
    proxy.cut('refuse');
    const starting = runHost('early', { FIRESTORE_EMULATOR_HOST: proxy.address });
    let isStarted = false;
    void starting.then(() => (isStarted = true));
    const since = await firestoreNow();
    await whenPassed(8_000, since);
    assert.ok(!isStarted, 'it says that it is ready');
    proxy.heal();
    const host = await starting;
    assert.equal(host.process.exit(), null);
    const shops = await openShops(admin, 1);
    assert.deepEqual(await faultsOf(await writeBothWays(admin, shops, 'hello')), []);
  });

  it('ends by itself and in time when it is told to', async () => {
    const proxy = await startProxy(stack.firestore());
    atTheEnd(() => proxy.stop());
    const host = await runHost('cut', { FIRESTORE_EMULATOR_HOST: proxy.address });
    proxy.cut('hold');
    process.kill(host.process.pid, 'SIGTERM');
    assert.deepEqual(await host.process.exited, { code: 0, signal: null });
  });
});
