import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { ClaimsLeft } from '../support/claims-left.ts';
import { converse, endStreams, startStream, type Conversation } from '../support/conversations.ts';
import { endScene, runHost } from '../support/fleet.ts';
import { linkByQr, whenAccount } from '../support/journey.ts';
import { lastingFaults } from '../support/outcome.ts';
import { startProxy, type Cut } from '../support/proxy.ts';
import { seeded } from '../support/seeded.ts';
import { notOnOneSocket } from '../support/socket-watch.ts';
import { stack } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { HOST_LOGS, tellFaults } from '../support/story.ts';
import { isOf, leasesOf } from './owners.ts';
import { endsByItself, handsOver } from './shutdown-scene.ts';

/** Leases as in production: whoever waited for one to run out would be late, and none runs out because a machine is busy. */
const SETTINGS = { LOG_LEVEL: 'debug' };
const ACCOUNTS = 3;
/** Of one direction of one conversation on average, ms: something is on its way at any moment, and no emulator is left behind. */
const EVERY_MS = 800;
const HANDOVERS = 4;

function start(env: Record<string, string> = {}): Promise<HostProcess> {
  return runHost(HOST_LOGS, { ...SETTINGS, ...env });
}

async function openConversations(staff: Staff, accounts = ACCOUNTS): Promise<Conversation[]> {
  const names = Array.from({ length: accounts }, (_, index) => `Shop ${String(index + 1)}`);
  return converse(await Promise.all(names.map((name) => linkByQr(staff, name))), 2);
}

function accountIdsOf(conversations: readonly Conversation[]): string[] {
  return [...new Set(conversations.map(({ accountId }) => accountId))];
}

async function whenAllRunBy(accountIds: readonly string[], ...hosts: readonly HostProcess[]): Promise<void> {
  const names = hosts.map(({ hostId }) => hostId).join(' or ');
  await Promise.all(
    accountIds.map((accountId) =>
      whenAccount(
        accountId,
        `an account to be run by ${names}`,
        ({ ownerHostId, status }) => hosts.some((host) => isOf(host, ownerHostId)) && status === 'connected',
      ),
    ),
  );
}

async function assertNeverTwoSockets(conversations: readonly Conversation[]): Promise<void> {
  assert.deepEqual(await notOnOneSocket(conversations.map(({ phone }) => phone)), []);
}

describe('a host that is asked to end with messages in flight', function () {
  this.timeout(480_000);
  afterEach(endStreams);
  afterEach(endScene);

  it('ends by itself and hands over: nothing is lost, doubled or out of order, time after time', async () => {
    const staff = await signInAs('admin');
    const random = seeded(randomInt(1_000_000_000));
    let host = await start();
    const conversations = await openConversations(staff);
    const stream = startStream(staff, conversations, `seed ${String(random.seed)}`, { random, everyMs: EVERY_MS });
    const claimsLeft = new ClaimsLeft();
    for (let turn = 0; turn < HANDOVERS; turn += 1) {
      const next = await start();
      await delay(random.between(0, 1_000));
      await handsOver(host);
      await claimsLeft.note(host);
      await whenAllRunBy(accountIdsOf(conversations), next);
      host = next;
    }
    await stream.stop();
    const faults = await lastingFaults(stream.written, (entry) => claimsLeft.mayRepeat(entry));
    console.info(`      ${claimsLeft.told()}`);
    assert.equal(faults.length, 0, await tellFaults(faults));
    await assertNeverTwoSockets(conversations);
  });

  it('one of three, hands its accounts over to the other two, whose own stay where they are, and nothing is lost or doubled', async () => {
    const staff = await signInAs('admin');
    const random = seeded(randomInt(1_000_000_000));
    // Whoever has an account keeps it, until its host ends.
    const still = { REBALANCE_INTERVAL_MS: '3600000' };
    const hosts = [await start(still), await start(still), await start(still)];
    const conversations = await openConversations(staff, 2 * ACCOUNTS);
    const accountIds = accountIdsOf(conversations);
    await whenAllRunBy(accountIds, ...hosts);
    const before = await leasesOf(accountIds);
    const countOf = (host: HostProcess): number => before.filter(({ hostId }) => isOf(host, hostId)).length;
    const [leaving, ...others] = hosts.toSorted((a, b) => countOf(b) - countOf(a));
    assert.ok(leaving);
    const stream = startStream(staff, conversations, `seed ${String(random.seed)}`, { random, everyMs: EVERY_MS });
    await stream.nextIncoming();
    await delay(random.between(0, 1_000));
    await handsOver(leaving);
    const claimsLeft = new ClaimsLeft();
    await claimsLeft.note(leaving);
    await whenAllRunBy(accountIds, ...others);
    await stream.stop();
    const faults = await lastingFaults(stream.written, (entry) => claimsLeft.mayRepeat(entry));
    console.info(`      ${String(countOf(leaving))} accounts, ${claimsLeft.told()}`);
    assert.equal(faults.length, 0, await tellFaults(faults));
    const kept = before.filter(({ hostId }) => !isOf(leaving, hostId));
    const keptIds = kept.map(({ accountId }) => accountId);
    assert.deepEqual(await leasesOf(keptIds), kept, 'an account of another host has changed its owner');
    await assertNeverTwoSockets(conversations);
  });

  for (const how of ['refuse', 'hold'] satisfies Cut[]) {
    it(`ends by itself while Firestore is away (${how}), and the next host goes on without a loss`, async () => {
      const staff = await signInAs('admin');
      const random = seeded(randomInt(1_000_000_000));
      const proxy = await startProxy(stack.firestore());
      const host = await start({ FIRESTORE_EMULATOR_HOST: proxy.address });
      const conversations = await openConversations(staff);
      const stream = startStream(staff, conversations, `seed ${String(random.seed)}`, { random, everyMs: EVERY_MS });
      await delay(random.between(500, 1_500));
      proxy.cut(how);
      await delay(random.between(0, 500));
      await endsByItself(host);
      // What was on its way when the host ended arrives now, from a host that is no more.
      const claimsLeft = new ClaimsLeft();
      await claimsLeft.note(host);
      proxy.heal();
      const next = await start();
      await whenAllRunBy(accountIdsOf(conversations), next);
      await stream.stop();
      const faults = await lastingFaults(stream.written, (entry) => claimsLeft.mayRepeat(entry));
      assert.equal(faults.length, 0, await tellFaults(faults));
      await assertNeverTwoSockets(conversations);
      await proxy.stop();
    });
  }
});
