import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
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
import { whenPassed } from '../support/firestore-clock.ts';
import { whenAccount } from '../support/journey.ts';
import { notOnOneSocket, watchSockets } from '../support/socket-watch.ts';
import { simulator } from '../support/simulator-client.ts';
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

/** Leases long enough for a heartbeat on a machine that is busy, and nobody moves an account but for a pause. */
const LEASE_TTL_MS = 9_000;
const SETTINGS = { LEASE_TTL_MS: String(LEASE_TTL_MS), REBALANCE_INTERVAL_MS: '3600000' };

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
    const phones = shops.map(({ phone }) => phone);
    const sockets = watchSockets(phones);
    const heir = await runHost('heir', env);
    // Each account will be connected once more, by the heir, beside the connection that the frozen host still has.
    const connections = (await connectionsOf(phones)).map(({ logins }) => ({ logins: logins + 1, atOnce: 2 }));
    const inFlight = joined(await writeBothWays(admin, shops, 'one'), await writeBothWays(admin, shops, 'two'));
    process.kill(paused.process.pid, 'SIGSTOP');
    const silentSince = await heartbeatTime(paused.hostId);
    const meanwhile = await writeBothWays(admin, shops, 'while it is stopped');
    await whenRunBy(shops, [heir.hostId]);
    await whenPassed(pausedMs, silentSince, 'the host to have been silent so long');
    const owners = await Promise.all(shops.map(ownerOf));
    // By its document and the frozen host's connection, an account may look connected before the heir's login.
    const isReplaced = (seen: readonly object[]): boolean => isDeepStrictEqual(seen, connections);
    await waitFor(() => connectionsOf(phones), isReplaced, { what: 'each connection to be replaced by one other' });
    // Whatever the paused host had in hand goes on at the same moment as new messages come in.
    const afterwards = watchSockets(phones);
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
    assert.deepEqual(await afterwards.stop(), []);
    assert.deepEqual(await connectionsOf(phones), connections, 'the host that lost its leases connected');
    await heir.kill();
    await whenRunBy(shops, [paused.hostId]);
    const inTurn = await writeBothWays(admin, shops, 'in its turn');
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, resumed, inTurn)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await saidTooLate(phones), [], 'the host that lost its leases spoke over its old connections');
  };

  it('finds itself fenced before it sends or writes anything, and takes part again', () =>
    pauseAndResume(SETTINGS, LEASE_TTL_MS));

  it('does so with the timing of production, after a minute', () =>
    pauseAndResume({ REBALANCE_INTERVAL_MS: '3600000' }, 60_000));

  it('takes its own accounts again when there was nobody else to take them', async () => {
    const admin = await signInAs('admin');
    const alone = await runHost('alone', SETTINGS);
    const shops = await openShops(admin, 3);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const epochs = await Promise.all(shops.map(ownerEpoch));
    const inFlight = await writeBothWays(admin, shops, 'one');
    process.kill(alone.process.pid, 'SIGSTOP');
    const silentSince = await heartbeatTime(alone.hostId);
    await whenPassed(LEASE_TTL_MS + 1_000, silentSince, 'its lease to be over');
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
    assert.deepEqual(await faultsOf(joined(inFlight, meanwhile)), []);
    assert.deepEqual(await sockets.stop(), []);
    assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
    assert.deepEqual(await ownersOf(shops), { [alone.hostId]: 3 });
  });

  it('does not leave its accounts shown as connected when there is nobody else, and shows them so again when it goes on', async () => {
    const alone = await runHost('alone', SETTINGS);
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

/**
 * How often these accounts have logged in, and how many connections they had at once at the most, as the network counted. A frozen host's
 * connection stays open, so the next owner's is a second one until its login replaces the first.
 */
async function connectionsOf(phones: readonly string[]): Promise<{ logins: number; atOnce: number }[]> {
  const { loginsByAccount, maxOpenSockets } = await simulator.stats();
  return phones.map((phone) => ({ logins: loginsByAccount[phone] ?? 0, atOnce: maxOpenSockets[phone] ?? 0 }));
}

/** What was said for these accounts over connections that had been replaced: one line each. */
async function saidTooLate(phones: readonly string[]): Promise<string[]> {
  const { lateStanzas } = await simulator.stats();
  return phones.flatMap((phone) =>
    Object.entries(lateStanzas[phone] ?? {}).map(([tag, count]) => `${phone}: ${String(count)} ${tag}`),
  );
}

async function heartbeatTime(hostId: string): Promise<number> {
  const { docs } = await adminFirestore().collection('hosts').get();
  return docs.find((host) => host.id.startsWith(hostId))?.updateTime.toMillis() ?? 0;
}
