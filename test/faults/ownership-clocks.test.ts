/** Hosts that do not agree what time it is: who owns what is judged by Firestore's clock, so nobody takes what is another's, or leaves what is nobody's. */
import assert from 'node:assert/strict';
import { hostSchema } from '@switchboard/contract/lease';
import { COLLECTIONS } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { endScene, faultsOf, joined, openShops, runHost, whenRunBy, writeBothWays } from '../support/fleet.ts';
import { notOnOneSocket, watchSockets } from '../support/socket-watch.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { followOwners, isOf, ownersEver, whenBeaten, whenShared } from './owners.ts';

/** Long enough for a heartbeat on a machine that is busy. */
const SHORT = { LEASE_TTL_MS: '9000', REBALANCE_INTERVAL_MS: '1000' };
/** Many times what a lease lasts. */
const WRONG_MS = 600_000;

/** Settings of a host whose wall clock is off by so much. Its monotonic clock goes on as it should. */
function wrongBy(ms: number): Record<string, string> {
  const module = `
    const now = () => Right.now() + (${String(ms)});
    const Right = Date;
    globalThis.Date = new Proxy(Right, {
      apply: () => new Right(now()).toString(),
      construct: (_, given, made) => Reflect.construct(Right, given.length === 0 ? [now()] : given, made),
      get: (_, name) => (name === 'now' ? now : Reflect.get(Right, name)),
    });`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(module)}` };
}

/** How far the clock of a host is ahead of Firestore's, ms; what it took to start is in it. */
async function aheadBy(host: HostProcess): Promise<number> {
  const { docs } = await adminFirestore().collection(COLLECTIONS.hosts).get();
  const own = docs.find(({ id }) => isOf(host, id));
  assert.ok(own);
  return hostSchema.parse(own.data()).startedAt.toMillis() - own.createTime.toMillis();
}

describe('a host with a wrong clock', () => {
  afterEach(endScene);

  for (const [name, wrongMs] of [
    ['fast', WRONG_MS],
    ['slow', -WRONG_MS],
  ] as const) {
    it(`(too ${name}) and one with a right one keep what is theirs, and each takes over when the other dies`, async () => {
      const admin = await signInAs('admin');
      const wrong = await runHost(name, { ...SHORT, ...wrongBy(wrongMs) });
      assert.ok(Math.abs((await aheadBy(wrong)) - wrongMs) < WRONG_MS / 2, 'its clock is not wrong');
      const right = await runHost('right', SHORT);
      const shops = await openShops(admin, 4);
      const sockets = watchSockets(shops.map(({ phone }) => phone));
      await whenShared(shops, { [wrong.hostId]: 2, [right.hostId]: 2 });
      await whenRunBy(shops, [wrong.hostId, right.hostId]);
      const owners = followOwners(shops);
      await whenBeaten([wrong, right], 4);
      owners.stop();
      const moved = shops.filter(({ accountId }) => ownersEver(owners, accountId).length !== 1);
      assert.deepEqual(moved, [], 'an account moved though both hosts are well');

      const inFlight = await writeBothWays(admin, shops, 'just before');
      await right.kill();
      const meanwhile = await writeBothWays(admin, shops, 'while it is dead');
      await whenRunBy(shops, [wrong.hostId]);
      assert.deepEqual(await faultsOf(joined(inFlight, meanwhile)), []);

      const next = await runHost('next', SHORT);
      await whenShared(shops, { [wrong.hostId]: 2, [next.hostId]: 2 });
      const again = await writeBothWays(admin, shops, 'just before the other');
      await wrong.kill();
      const later = await writeBothWays(admin, shops, 'while the other is dead');
      await whenRunBy(shops, [next.hostId]);
      assert.deepEqual(await faultsOf(joined(inFlight, meanwhile, again, later)), []);
      assert.deepEqual(await sockets.stop(), []);
      assert.deepEqual(await notOnOneSocket(shops.map(({ phone }) => phone)), []);
    });
  }
});
