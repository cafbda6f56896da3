import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
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
import { whenAccount } from '../support/journey.ts';
import { watchSockets } from '../support/socket-watch.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok;
}

/** Which host claimed an entry last, by its full id. */
async function claimerOf(requestId: string): Promise<string> {
  return String((await adminFirestore().doc(paths.outbox(requestId)).get()).get('claimedBy'));
}

async function ownerOf({ accountId }: Shop): Promise<string> {
  return String((await adminFirestore().doc(paths.lease(accountId)).get()).get('hostId'));
}

/** Records under which epochs each entry of these accounts was ever claimed, by its request, until `stop`. */
function watchClaims(shops: readonly Shop[]): { readonly seen: ReadonlyMap<string, Set<number>>; stop(): void } {
  const seen = new Map<string, Set<number>>();
  const accountIds = shops.map(({ accountId }) => accountId);
  const stop = adminFirestore()
    .collection('outbox')
    .where('accountId', 'in', accountIds)
    .onSnapshot((entries) => {
      for (const { doc } of entries.docChanges()) {
        const epoch: unknown = doc.get('epoch');
        if (typeof epoch === 'number') seen.set(doc.id, (seen.get(doc.id) ?? new Set()).add(epoch));
      }
    });
  return { seen, stop };
}

/** A host has been silent for a minute before a schedule, which runs each minute, says so, ms. */
const SHOWN_MS = 180_000;

describe('a host that is stopped for longer than its leases last and goes on', function () {
  this.timeout(420_000);
  afterEach(endScene);

  /**
   * @param env of both hosts; without any, the timing is the one of production.
   * @param pausedMs how long it is stopped at least, by Firestore's clock; in any case until the other host has its accounts.
   */
  const pauseAndResume = async (env: Record<string, string>, pausedMs: number): Promise<void> => {
    const admin = await signInAs('admin');
    const paused = await runHost('paused', env);
    const shops = await openShops(admin, 4);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    // Nobody moves an account to the second host while the first is paused but for the pause itself.
    const heir = await runHost('heir', { ...env, REBALANCE_INTERVAL_MS: '3600000' });
    const inFlight = joined(await writeBothWays(admin, shops, 'one'), await writeBothWays(admin, shops, 'two'));
    process.kill(paused.process.pid, 'SIGSTOP');
    const silentSince = await heartbeatTime(paused.hostId);
    const meanwhile = await writeBothWays(admin, shops, 'while it is stopped');
    await whenRunBy(shops, [heir.hostId]);
    await whenSilentFor(silentSince, pausedMs);
    const owners = await Promise.all(shops.map(ownerOf));
    // Whatever the paused host had in hand goes on at the same moment as new messages come in.
    process.kill(paused.process.pid, 'SIGCONT');
    const resumed = await writeBothWays(admin, shops, 'when it goes on');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, resumed)), []);

    for (const { requestId } of [...meanwhile.out, ...resumed.out]) {
      assert.ok(
        (await claimerOf(requestId)).startsWith(heir.hostId),
        'an entry was claimed by the host that lost its lease',
      );
    }
    assert.deepEqual(await Promise.all(shops.map(ownerOf)), owners);
    await waitFor(() => isReady(paused.url), Boolean, { what: 'the host to take part again' });
    await heir.kill();
    await whenRunBy(shops, [paused.hostId]);
    assert.deepEqual(await faultsOf(await writeBothWays(admin, shops, 'in its turn')), []);
    assert.deepEqual(await sockets.stop(), []);
  };

  it('finds itself fenced before it sends or writes anything, and takes part again', () =>
    pauseAndResume({ LEASE_TTL_MS: '3000', REBALANCE_INTERVAL_MS: '3600000' }, 3_000));

  it('does so with the timing of production, after a minute', () =>
    pauseAndResume({ REBALANCE_INTERVAL_MS: '3600000' }, 60_000));

  it('takes its own accounts again when there was nobody else to take them', async () => {
    const admin = await signInAs('admin');
    const alone = await runHost('alone', { LEASE_TTL_MS: '3000' });
    const shops = await openShops(admin, 3);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const epochs = await Promise.all(shops.map(ownerEpoch));
    const inFlight = await writeBothWays(admin, shops, 'one');
    process.kill(alone.process.pid, 'SIGSTOP');
    const silentSince = await heartbeatTime(alone.hostId);
    await whenSilentFor(silentSince, 4_000);
    const claims = watchClaims(shops);
    const meanwhile = await writeBothWays(admin, shops, 'while it is stopped');
    process.kill(alone.process.pid, 'SIGCONT');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile)), []);
    const later = await Promise.all(shops.map(ownerEpoch));
    assert.ok(
      later.every((epoch, index) => epoch > (epochs[index] ?? 0)),
      'it went on under the lease it had lost',
    );
    for (const { shop, requestId } of meanwhile.out) {
      const lost = epochs[shops.indexOf(shop)] ?? 0;
      await waitFor(
        () => [...(claims.seen.get(requestId) ?? [])],
        (seen) => seen.length > 0,
        { what: 'a claim to be seen' },
      );
      const stale = [...(claims.seen.get(requestId) ?? [])].filter((epoch) => epoch <= lost);
      assert.deepEqual(stale, [], 'what was written while it was stopped was claimed under the lease it had lost');
    }
    claims.stop();
    await whenRunBy(shops, [alone.hostId]);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await ownersOf(shops), { [alone.hostId]: 3 });
  });

  it('does not leave its accounts shown as connected when there is nobody else, and shows them so again when it goes on', async () => {
    const alone = await runHost('alone', { LEASE_TTL_MS: '3000' });
    const [shop] = await openShops(await signInAs('admin'), 1);
    assert.ok(shop);
    process.kill(alone.process.pid, 'SIGSTOP');
    await whenAccount(shop.accountId, 'it to be shown as it is', ({ status }) => status === 'reconnecting', SHOWN_MS);
    process.kill(alone.process.pid, 'SIGCONT');
    await whenRunBy([shop], [alone.hostId]);
  });
});

async function ownerEpoch({ accountId }: Shop): Promise<number> {
  return Number((await adminFirestore().doc(paths.lease(accountId)).get()).get('epoch'));
}

async function heartbeatTime(hostId: string): Promise<number> {
  const { docs } = await adminFirestore().collection('hosts').get();
  return docs.find((host) => host.id.startsWith(hostId))?.updateTime.toMillis() ?? 0;
}

/** Firestore's clock says when a lease is over. */
async function whenSilentFor(silentSince: number, ms: number): Promise<void> {
  await waitFor(firestoreNow, (now) => now - silentSince > ms, {
    what: `the host to have been silent for ${String(ms)} ms`,
    timeoutMs: ms + 30_000,
  });
}

async function firestoreNow(): Promise<number> {
  return (await adminFirestore().doc('hosts/nobody').get()).readTime.toMillis();
}
