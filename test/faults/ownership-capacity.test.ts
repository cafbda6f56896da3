/** How many accounts a host takes, and how it gives some of them to one that joins. */
import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { writeHeartbeat } from '../../socket-host/src/store/leases.ts';
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
import {
  accountOfRequest,
  askAccount,
  messagesOf,
  sendText,
  shownQr,
  threadsOf,
  whenOutbox,
  type LinkedAccount,
} from '../support/journey.ts';
import { watchSockets } from '../support/socket-watch.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';
import { followOwners, isOf, mostOwned, mostUnowned, movesOf, ownersEver, whenBeaten, whenShared } from './owners.ts';

/** A host looks at the others, and publishes what it has, every two seconds. */
const STAYING = { LEASE_TTL_MS: '6000', REBALANCE_INTERVAL_MS: '3600000' };
const SHARING = { LEASE_TTL_MS: '6000', REBALANCE_INTERVAL_MS: '1000' };
const SMALL = { ...STAYING, HOST_CAPACITY: '2' };
/** Between two moves every host has published what it has, and read what the others have: two heartbeats, ms. */
const BETWEEN_MOVES_MS = 4_000;
const EARLIER = 800;
const AT_A_TIME = 50;
/** How long a slow machine may take to store all of that, and to share, ms. */
const STORING_MS = 180_000;

/** An account that shows a code nobody has scanned yet. */
async function unscanned(admin: Staff): Promise<LinkedAccount> {
  const phone = freshPhone();
  await simulator.addPhone({ phone, name: 'Unscanned' });
  const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name: 'Unscanned', phone }));
  await shownQr(accountId);
  return { accountId, phone };
}

async function setPace(accountId: string, perMinute: number): Promise<void> {
  await adminFirestore().doc(paths.account(accountId)).update({ 'limits.perMinute': perMinute });
}

/** Fills a phone with what a customer wrote before its account was linked: storing it takes longer than two hosts need to share. */
async function writeEarlier(customer: string, phone: string): Promise<void> {
  for (let written = 0; written < EARLIER; written += AT_A_TIME) {
    const some = Array.from({ length: AT_A_TIME }, (_, index) => `earlier ${String(written + index)}`);
    await Promise.all(some.map((text) => simulator.send(customer, { to: phone, text })));
  }
}

async function statusOf(requestId: string): Promise<unknown> {
  return (await adminFirestore().doc(paths.outbox(requestId)).get()).get('status');
}

/** Gives an account more to send than its pace lets it, for minutes. @returns what it will send last. */
async function keepBusy(admin: Staff, { accountId, customer }: Shop): Promise<string> {
  await setPace(accountId, 1);
  const to = { accountId, toPhone: customer };
  const first = await sendText(admin, to, 'the first of many');
  await whenOutbox(first.requestId, 'sent');
  const rest = ['the second', 'the third', 'the last'].map((text) => sendText(admin, to, text));
  return (await Promise.all(rest)).at(-1)?.requestId ?? '';
}

describe('hosts with room for so many accounts and no more', () => {
  afterEach(endScene);

  it('leave an account waiting when all of them are full, and the next host takes it', async () => {
    const admin = await signInAs('admin');
    const opener = await runHost('opener', STAYING);
    const shops = await openShops(admin, 5);
    const sockets = watchSockets(shops.map(({ phone }) => phone));
    const [one, two] = [await runHost('one', SMALL), await runHost('two', SMALL)];
    const owners = followOwners(shops);
    await opener.stop();
    await whenShared(shops, { [one.hostId]: 2, [two.hostId]: 2, nobody: 1 });
    const waiting = await writeBothWays(admin, shops, 'while one has no owner');
    await whenBeaten([one, two], 4);
    assert.deepEqual(await ownersOf(shops), { [one.hostId]: 2, [two.hostId]: 2, nobody: 1 });
    const three = await runHost('three', SMALL);
    await whenRunBy(shops, [one.hostId, two.hostId, three.hostId]);
    const after = await writeBothWays(admin, shops, 'when each has one');
    assert.deepEqual(await faultsOf(joined(waiting, after)), []);
    owners.stop();
    assert.equal(mostOwned(owners, [one, two, three]), 2, 'a host had more than it has room for');
    assert.deepEqual(await sockets.stop(), []);
  });

  it('take no more though another, that should be quicker, takes nothing: its part falls to them at once', async () => {
    const admin = await signInAs('admin');
    const db = adminFirestore();
    const opener = await runHost('opener', STAYING);
    const shops = await openShops(admin, 5);
    const small = await runHost('small', SMALL);
    // Alive by its heartbeat, with room for all, and ahead of the other by its name and its load: it died a moment ago.
    const silent = { state: 'running', accounts: 0, capacity: 100, version: 'test', leaseTtlMs: 600_000 } as const;
    const silentId = freshId('a-silent-host');
    await writeHeartbeat(db, silentId, 0, silent);
    try {
      await whenBeaten([small], 2);
      const owners = followOwners(shops);
      await opener.stop();
      await waitFor(
        () => ownersOf(shops),
        (now) => (now[small.hostId] ?? 0) >= 2,
        { what: 'two of them to be taken', timeoutMs: 60_000 },
      );
      await whenBeaten([small], 3);
      assert.deepEqual(await ownersOf(shops), { [small.hostId]: 2, nobody: 3 });
      owners.stop();
      assert.equal(mostOwned(owners, [small]), 2, 'it had more than it has room for');
    } finally {
      await db.doc(paths.host(silentId)).delete();
    }
  });
});

describe('a host that has more than its share when another joins', () => {
  const others: LinkedAccount[] = [];

  afterEach(async () => {
    await endScene();
    const gone = others.splice(0).map(({ accountId }) => adminFirestore().doc(paths.account(accountId)));
    await Promise.all(gone.map((account) => account.update({ status: 'deleted', desired: 'deleted' })));
  });

  it('gives accounts away one at a time, and none that sends or of which a code is being scanned', async () => {
    const admin = await signInAs('admin');
    const first = await runHost('first', SHARING);
    const linking = await unscanned(admin);
    others.push(linking);
    const shops = await openShops(admin, 5);
    const [busy] = shops;
    assert.ok(busy);
    const last = await keepBusy(admin, busy);
    const [sockets, owners] = [watchSockets(shops.map(({ phone }) => phone)), followOwners([linking, ...shops])];
    const second = await runHost('second', SHARING);
    const meanwhile = await writeBothWays(admin, shops.slice(1), 'while accounts move');
    await whenShared([linking, ...shops], { [first.hostId]: 3, [second.hostId]: 3 });
    assert.equal(await statusOf(last), 'routed', 'it has sent all it had to send');
    assert.deepEqual(await faultsOf(meanwhile), []);
    owners.stop();
    assert.equal(mostUnowned(owners), 1, 'accounts were given away at once');
    const moves = movesOf(owners);
    const pauses = moves.slice(1).map((atMs, index) => atMs - (moves[index] ?? 0));
    assert.ok(
      pauses.every((ms) => ms >= BETWEEN_MOVES_MS),
      `the next one went after ${pauses.join(', ')} ms`,
    );
    const moved = [linking, busy].filter(
      ({ accountId }) => !ownersEver(owners, accountId).every((id) => isOf(first, id)),
    );
    assert.deepEqual(moved, [], 'the account with the code, or the one that sends, was moved');
    await setPace(busy.accountId, 0);
    await whenOutbox(last, 'sent');
    await simulator.scan(linking.phone, await shownQr(linking.accountId));
    await whenRunBy([linking], [first.hostId]);
    assert.deepEqual(await sockets.stop(), []);
  });

  it('gives away none of which the past is being stored, and nothing of it is lost', async () => {
    const admin = await signInAs('admin');
    const first = await runHost('first', SHARING);
    const linking = await unscanned(admin);
    others.push(linking);
    const [busy] = await openShops(admin, 1);
    assert.ok(busy);
    await keepBusy(admin, busy);
    await writeEarlier(busy.customer, linking.phone);
    const second = await runHost('second', SHARING);
    await whenBeaten([first, second], 1);
    await simulator.scan(linking.phone, await shownQr(linking.accountId));
    await whenShared([linking, busy], { [first.hostId]: 1, [second.hostId]: 1 }, STORING_MS);
    assert.deepEqual(await ownersOf([linking]), { [second.hostId]: 1 });
    const [thread] = await threadsOf(linking.accountId);
    assert.equal((await messagesOf(thread?.threadId ?? '')).length, EARLIER);
  });
});
