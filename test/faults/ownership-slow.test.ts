import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { atTheEnd } from '../support/clean-up.ts';
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
  type Traffic,
} from '../support/fleet.ts';
import { firestoreNow, whenPassed } from '../support/firestore-clock.ts';
import { startProxy, type Proxy } from '../support/proxy.ts';
import { notOnOneSocket, watchSockets } from '../support/socket-watch.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { followOwners, followPauses, mostUnowned, whenBeaten, whenShared } from './owners.ts';
import { lossyFirestore, type Fate } from './session-lost-answers.ts';

/** A heartbeat every three seconds, every half of that while an answer is missing: it may take four and a half. */
const LEASE_TTL_MS = 9_000;
const SETTINGS = { LEASE_TTL_MS: String(LEASE_TTL_MS), REBALANCE_INTERVAL_MS: '1000' };
const LATE_MS = 5_400;
/** A host is silent for two leases if another takes over meanwhile. */
const SILENCE_MS = 2 * LEASE_TTL_MS;
/** A heartbeat is waited for a minute by Firestore's client: those that were given up, and those after them, are among what follows. */
const HANGING_MS = 75_000;

async function epochsOf(shops: readonly Shop[]): Promise<number[]> {
  const leases = shops.map(({ accountId }) => adminFirestore().doc(paths.lease(accountId)).get());
  return (await Promise.all(leases)).map((lease) => Number(lease.get('epoch')));
}

describe('a host whose heartbeats are answered too late', function () {
  this.timeout(420_000);
  afterEach(endScene);

  it('gives way to one that is answered in time, is given nothing meanwhile, and takes part again afterwards', async () => {
    const admin = await signInAs('admin');
    const proxy = await startProxy(stack.firestore());
    atTheEnd(() => proxy.stop());
    const slow = await runHost('slow', { ...SETTINGS, FIRESTORE_EMULATOR_HOST: proxy.address });
    const shops = await openShops(admin, 4);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const heir = await runHost('heir', SETTINGS);
    const evenly = { [slow.hostId]: 2, [heir.hostId]: 2 };
    await whenShared(shops, evenly);
    const inFlight = await writeBothWays(admin, shops, 'just before');
    proxy.slow(LATE_MS);
    const meanwhile = await writeBothWays(admin, shops, 'while it is slow');
    await whenRunBy(shops, [heir.hostId]);
    const epochs = await epochsOf(shops);
    const owners = followOwners(shops);
    // It is dead to others and alive to them by turns, and shows that nothing may be given to it.
    await whenBeaten([slow], 5);
    owners.stop();
    assert.deepEqual([await epochsOf(shops), mostUnowned(owners)], [epochs, 0], 'accounts moved');
    proxy.heal();
    await whenShared(shops, evenly);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
  });

  it('gives way too if nothing but its heartbeats hangs, for longer than they are waited for', async () => {
    const admin = await signInAs('admin');
    let answers = Promise.withResolvers<undefined>();
    answers.resolve(undefined);
    const hanging = await lossyFirestore(async (method, asked): Promise<Fate> => {
      if (method === 'Commit' && asked.includes('/documents/hosts/')) await answers.promise;
      return 'answered';
    });
    atTheEnd(() => hanging.close());
    const mute = await runHost('mute', { ...SETTINGS, FIRESTORE_EMULATOR_HOST: hanging.address });
    const shops = await openShops(admin, 4);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const heir = await runHost('heir', SETTINGS);
    const evenly = { [mute.hostId]: 2, [heir.hostId]: 2 };
    await whenShared(shops, evenly);
    const inFlight = await writeBothWays(admin, shops, 'just before');
    answers = Promise.withResolvers();
    const since = await firestoreNow();
    const meanwhile = await writeBothWays(admin, shops, 'while they hang');
    await whenRunBy(shops, [heir.hostId]);
    await whenPassed(HANGING_MS, since, 'heartbeats to have been given up');
    assert.deepEqual(await ownersOf(shops), { [heir.hostId]: 4 }, 'accounts moved');
    answers.resolve(undefined);
    await whenShared(shops, evenly);
    await whenRunBy(shops, [mute.hostId, heir.hostId]);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, after)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
  });

  it('is not silent for one that fares the same: both go on as soon as they are answered in time', async () => {
    const admin = await signInAs('admin');
    const proxies = [await startProxy(stack.firestore()), await startProxy(stack.firestore())] as const;
    atTheEnd(async () => {
      for (const proxy of proxies) await proxy.stop();
    });
    const start = (name: string, { address }: Proxy) =>
      runHost(name, { ...SETTINGS, FIRESTORE_EMULATOR_HOST: address });
    const one = await start('one', proxies[0]);
    const shops = await openShops(admin, 4);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const hosts = [one, await start('two', proxies[1])];
    const hostIds = hosts.map(({ hostId }) => hostId);
    await whenShared(shops, Object.fromEntries(hostIds.map((hostId) => [hostId, 2])));
    await whenRunBy(shops, hostIds);
    const traffic: Traffic[] = [];
    const pausesMs: number[] = [];
    // A machine that is busy may halt a host for as long: then it is tried again.
    do {
      const words = `at try ${String(pausesMs.length + 1)}`;
      const pause = followPauses(hosts);
      traffic.push(await writeBothWays(admin, shops, `just before, ${words}`));
      for (const proxy of proxies) proxy.slow(LATE_MS);
      traffic.push(await writeBothWays(admin, shops, `while both are slow, ${words}`));
      // Fewer of them come before a silence begins, so one would be among these.
      await whenBeaten(hosts, 12);
      for (const proxy of proxies) proxy.heal();
      await whenRunBy(shops, hostIds);
      pausesMs.push(pause());
    } while (Math.min(...pausesMs) >= SILENCE_MS && pausesMs.length < 3);
    assert.ok(Math.min(...pausesMs) < SILENCE_MS, `silent for ${pausesMs.join(' and ')} ms`);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(...traffic, after)), []);
    assert.deepEqual(await sockets.stop(), []);
  });
});
