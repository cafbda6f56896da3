/** A host that Firestore does not let read the session of an account, while all else works: it never takes that for no session. */
import assert from 'node:assert/strict';
import { incidentSchema, type Incident } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  endScene,
  faultsOf,
  openShops,
  ownersOf,
  runHost,
  whenRunBy,
  writeBothWays,
  type Shop,
} from '../support/fleet.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';
import { openIncidents, openSockets, QUICK, whenIncidentWas, whenNoIncidents } from './closes-scene.ts';
import { linkedDevices, storedSession, watchForLinking } from './session-kept.ts';
import { lossyFirestore, type Fate, type LossyFirestore } from './session-lost-answers.ts';

/** A minute without a host, and as long again until the schedule comes round. */
const UNSERVED_MS = 240_000;
/** What is unavailable is asked for again and again by the client of Firestore, before it says so. */
const SLOW_READS_MS = 240_000;
/** How often, in one read: it looks five times, and each look is three. */
const LOOKS = 15;

/** What becomes of reads of sessions by this method, and how many did not get through. */
interface Closed {
  fate: Fate;
  readonly method: 'BatchGetDocuments' | 'RunQuery';
  count: number;
}

describe('an account whose session Firestore does not give', function () {
  this.timeout(600_000);
  let admin: Staff;
  let shop: Shop;
  let lossy: LossyFirestore | null = null;

  before(async () => {
    admin = await signInAs('admin');
  });
  /** Linked, and with people it has written to, by a host that is gone by then. */
  beforeEach(async () => {
    const first = await runHost('linking');
    const [opened] = await openShops(admin, 1);
    assert.ok(opened);
    shop = opened;
    assert.deepEqual(await faultsOf(await writeBothWays(admin, [shop], 'before')), []);
    await first.stop();
  });
  afterEach(async () => {
    await endScene();
    await lossy?.close();
  });

  /** A host of which these reads do not get through as long as the fate says so. */
  async function hostBehind(closed: Closed): Promise<HostProcess> {
    lossy = await lossyFirestore((method, asked) => {
      if (closed.fate === 'answered' || method !== closed.method || !asked.includes('wa_sessions/')) return 'answered';
      closed.count += 1;
      return closed.fate;
    });
    return runHost('unread', { FIRESTORE_EMULATOR_HOST: lossy.address, STABLE_AFTER_MS: QUICK.STABLE_AFTER_MS });
  }

  async function assertGoesOn(hostId: string): Promise<void> {
    await whenRunBy([shop], [hostId]);
    assert.deepEqual(await faultsOf(await writeBothWays(admin, [shop], 'after')), []);
    await whenNoIncidents(shop.accountId);
    assert.equal(await linkedDevices(shop.phone), 1);
  }

  /** Waits until the session was claimed anew: then one loading has failed, and the next has begun. */
  async function whenLoadedAgain(): Promise<void> {
    const writer = async (): Promise<unknown> =>
      (await adminFirestore().doc(paths.session(shop.accountId)).get()).get('writer');
    const before = await writer();
    await waitFor(writer, (now) => now !== before, {
      what: 'the session to be loaded again',
      timeoutMs: SLOW_READS_MS,
    });
  }

  it('but for its document says so, keeps its link, and goes on once it does', async () => {
    const stored = await storedSession(shop);
    const linking = watchForLinking([shop]);
    const closed: Closed = { fate: 'unavailable', method: 'RunQuery', count: 0 };
    const { hostId } = await hostBehind(closed);
    await waitFor(
      () => ownersOf([shop]),
      (owners) => owners[hostId] === 1,
      { what: 'the account to be taken' },
    );
    const { severity, resolvedAt } = await whenIncidentWas(shop.accountId, 'session_unreadable');
    assert.deepEqual([severity, resolvedAt], ['high', null]);
    assert.ok(closed.count <= 2 * LOOKS, 'people are told long after the first loading has failed');
    await whenLoadedAgain();
    assert.deepEqual(await storedSession(shop), stored);
    closed.fate = 'refused';
    const incident = adminFirestore().doc(paths.incident(incidentIdOf(shop.accountId, 'session_unreadable')));
    const isOfRefusal = (seen: Incident): boolean => String(seen.details['reason']).includes('PERMISSION_DENIED');
    const told = { what: 'people to be told of the refusal', timeoutMs: SLOW_READS_MS };
    assert.equal((await waitForDocument(incident, incidentSchema, isOfRefusal, told)).resolvedAt, null);
    assert.deepEqual(await ownersOf([shop]), { [hostId]: 1 });
    assert.equal(await openSockets(shop.phone), 0);
    assert.deepEqual(await storedSession(shop), stored);
    closed.fate = 'answered';
    await assertGoesOn(hostId);
    linking.stop();
    assert.deepEqual([...linking.asked], []);
  });

  it('not even with the lease is left as it is, and taken once it does', async () => {
    const everything = async () => {
      const documents = [paths.session(shop.accountId), paths.lease(shop.accountId), paths.account(shop.accountId)];
      const [session, lease, account] = await adminFirestore().getAll(
        ...documents.map((at) => adminFirestore().doc(at)),
      );
      return [session?.data(), lease?.data(), account?.data(), await storedSession(shop)];
    };
    const stored = await everything();
    const linking = watchForLinking([shop]);
    const closed: Closed = { fate: 'unavailable', method: 'BatchGetDocuments', count: 0 };
    const { hostId } = await hostBehind(closed);
    const isOver = (count: number): boolean => count > LOOKS;
    await waitFor(() => closed.count, isOver, { what: 'one try to take it to fail', timeoutMs: SLOW_READS_MS });
    closed.fate = 'refused';
    const incident = adminFirestore().doc(paths.incident(incidentIdOf(shop.accountId, 'host_silent')));
    await waitForDocument(incident, incidentSchema, ({ resolvedAt }) => resolvedAt === null, {
      what: 'people to be told that no host runs the account',
      timeoutMs: UNSERVED_MS,
    });
    assert.deepEqual(await openIncidents(shop.accountId), ['host_silent']);
    assert.equal(await openSockets(shop.phone), 0);
    assert.deepEqual(await everything(), stored);
    closed.fate = 'answered';
    await assertGoesOn(hostId);
    linking.stop();
    assert.deepEqual([...linking.asked], []);
  });
});
