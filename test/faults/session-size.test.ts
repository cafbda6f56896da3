/** An account with 5,000 contacts stays within Firestore's limits and comes back quickly. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import type { SignalDataSet } from '@whiskeysockets/baileys';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import type { CollectionReference } from 'firebase-admin/firestore';
import { PROJECT_ID } from '../../scripts/lib/repo.ts';
import { systemClock } from '../../socket-host/src/clock.ts';
import { localKek } from '../../socket-host/src/session/kek.ts';
import { loadSession } from '../../socket-host/src/session/load-session.ts';
import type { AccountSession } from '../../socket-host/src/session/types.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import { AuthState } from '../../socket-host/src/whatsapp/auth-state.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { faultsOf, whenRunBy, writeBothWays, type Shop } from '../support/fleet.ts';
import { linkByQr } from '../support/journey.ts';
import { between, type Counts, type Operation } from '../support/operation-counts.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, stack, startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';
import { connected } from './session-firestore.ts';
import { endAll, LivingAccount, newCustomer } from './session-life.ts';

const CONTACTS = 5_000;
/** Far below Firestore's 1 MiB, so that writing one stays quick. */
const MAX_DOCUMENT_BYTES = 200_000;
/** Another account has this many times fewer. */
const TIMES_FEWER = 10;
/** How many times the documents of that one it may have: each holds more. */
const MAX_TIMES_READS = 2;
/** How many times the bytes of that one a session may have: a little over what is linear in the contacts. */
const MAX_TIMES_BYTES = 1.5 * TIMES_FEWER;
/** How many times the work of that one restoring may be: a little over what is linear in the contacts, and far from what is quadratic. */
const MAX_TIMES_WORK = 2 * TIMES_FEWER;
/** What else this process does at the moment falls into one of so many tries, hardly into all of them. */
const TRIES = 3;

const logger = createLogger('silent', 'size');
const base64 = (bytes: number) => randomBytes(bytes).toString('base64');

/** One session of a record, with the sizes the library's have. */
function signalSession(closed: number): object {
  const chains = Array.from({ length: 4 }, () => [
    base64(33),
    { chainKey: { counter: 3, key: base64(32) }, chainType: 2, messageKeys: { 1: base64(32), 2: base64(32) } },
  ]);
  return {
    registrationId: 12_345,
    currentRatchet: {
      ephemeralKeyPair: { pubKey: base64(33), privKey: base64(32) },
      lastRemoteEphemeralKey: base64(33),
      previousCounter: 2,
      rootKey: base64(32),
    },
    indexInfo: { baseKey: base64(33), baseKeyType: 1, closed, used: 1_700_000_000_000, remoteIdentityKey: base64(33) },
    _chains: Object.fromEntries(chains) as object,
  };
}

/** As libsignal has it after some time: the library's type says bytes, what it stores is this object. */
function sessionRecord(closedSessions: number): Uint8Array {
  const closed = Array.from({ length: closedSessions }, (_, index) => [base64(33), signalSession(index + 1)]);
  const sessions = Object.fromEntries([[base64(33), signalSession(-1)], ...closed]) as object;
  return { _sessions: sessions, version: 'v1' } as unknown as Uint8Array;
}

function lidOf(index: number): string {
  return `9${String(index).padStart(13, '0')}`;
}

/** What an account knows of its contacts: two devices of every other one, most sessions renewed once, some often. */
function contactRows(contacts: number): SignalDataSet {
  const numbers = Array.from({ length: contacts }, (_, index) => index);
  const byLid = <T>(valueOf: (index: number) => T) => Object.fromEntries(numbers.map((n) => [lidOf(n), valueOf(n)]));
  const devices = numbers.flatMap((n) => (n % 2 === 0 ? [`${lidOf(n)}_1.0`, `${lidOf(n)}_1.4`] : [`${lidOf(n)}_1.0`]));
  const jids = numbers.map((n) => `${lidOf(n)}@lid`);
  const index = { token: Buffer.from(JSON.stringify(jids)) };
  return {
    session: Object.fromEntries(devices.map((id, n) => [id, sessionRecord(n % 200 === 0 ? 40 : 1)])),
    'identity-key': Object.fromEntries(devices.map((id) => [id, randomBytes(33)])),
    'lid-mapping': Object.fromEntries(
      numbers.flatMap((n) => [
        [`4071${String(n).padStart(7, '0')}`, lidOf(n)],
        [`${lidOf(n)}_reverse`, `4071${String(n).padStart(7, '0')}`],
      ]),
    ),
    'device-list': byLid((n) => (n % 2 === 0 ? ['0', '4'] : ['0'])),
    tctoken: { ...Object.fromEntries(jids.map((jid) => [jid, { token: randomBytes(20) }])), __index: index },
    'app-state-sync-version': { regular: appState(contacts), regular_low: appState(contacts) },
  };
}

function appState(contacts: number): NonNullable<NonNullable<SignalDataSet['app-state-sync-version']>[string]> {
  const entries = Array.from({ length: contacts }, () => [base64(32), { valueMac: randomBytes(32) }]);
  return { version: 7, hash: randomBytes(128), indexValueMap: Object.fromEntries(entries) as Record<string, never> };
}

function sizeOf(fields: object): number {
  return Object.values(fields).reduce((sum: number, value: unknown) => {
    return sum + (value instanceof Uint8Array ? value.length : JSON.stringify(value).length);
  }, 0);
}

function sumOf(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Bytes of what each document of these collections and below holds, by its path. */
async function sizesIn(collections: readonly CollectionReference[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const collection of collections) {
    for (const document of (await collection.get()).docs) {
      sizes.set(document.ref.path, sizeOf(document.data()));
      for (const [path, size] of await sizesIn(await document.ref.listCollections())) sizes.set(path, size);
    }
  }
  return sizes;
}

/** The same of an account's session. */
async function sessionSizes(accountId: string): Promise<Map<string, number>> {
  const session = adminFirestore().doc(paths.session(accountId));
  const below = await sizesIn(await session.listCollections());
  return below.set(session.path, sizeOf((await session.get()).data() ?? {}));
}

/** Adds to the session of an account that no host runs at the moment. @param sessionKey as the hosts have it. */
async function fillSession(accountId: string, sessionKey: string, rows: SignalDataSet): Promise<void> {
  const lease = await adminFirestore().doc(paths.lease(accountId)).get();
  const kek = localKek(Buffer.from(sessionKey, 'hex'));
  const load = { db: adminFirestore(), kek, clock: systemClock, logger, isHeld: () => true };
  const session = await loadSession(load, accountId, Number(lease.get('epoch')), () => undefined);
  await new AuthState(session, Date.now).keys.set(rows);
}

function restore(account: LivingAccount, db = adminFirestore()): Promise<AccountSession> {
  const load = { db, kek: account.kek, clock: systemClock, logger, isHeld: () => true };
  return loadSession(load, account.accountId, account.nextEpoch(), () => undefined);
}

/** What Firestore bills for restoring each of these accounts, in documents. */
async function costsOfRestoring(...accounts: readonly LivingAccount[]): Promise<Record<Operation['kind'], number>[]> {
  const { address, countsUrl } = await startCountingProxy(stack.firestore());
  const app = initializeApp({ projectId: PROJECT_ID }, freshId('counted'));
  // What the proxy serves is this shape.
  const counts = async (): Promise<Counts> => (await (await fetch(countsUrl)).json()) as Counts;
  const costs: Record<Operation['kind'], number>[] = [];
  for (const account of accounts) {
    const before = await counts();
    await restore(account, connected(app, address));
    const cost = Object.entries(between(before, await counts()));
    const countOf = (kind: Operation['kind']): number =>
      cost.reduce((sum, [key, count]) => sum + (key.startsWith(kind) ? count : 0), 0);
    costs.push({ read: countOf('read'), write: countOf('write') });
  }
  await deleteApp(app);
  return costs;
}

/** The processor time each kind of work takes us at its least, ms, by turns: how busy the machine is besides counts little in it. */
async function leastCpuMs(...kinds: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const least = kinds.map(() => Number.POSITIVE_INFINITY);
  for (let tries = 0; tries < TRIES; tries += 1)
    for (const [index, work] of kinds.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      least[index] = Math.min(least[index] ?? 0, (user + system) / 1_000);
    }
  return least;
}

describe('an account with 5,000 contacts', () => {
  afterEach(endAll);

  it('has no document near a limit, works, and comes back', async () => {
    const [small, large] = [await LivingAccount.linked(), await LivingAccount.linked()];
    const auth = new AuthState(await restore(large), Date.now);
    await auth.keys.set(contactRows(CONTACTS));
    await new AuthState(await restore(small), Date.now).keys.set(contactRows(CONTACTS / TIMES_FEWER));
    // One more contact: the list of all their tokens and one app-state collection grow at their end.
    const before = Number((await adminFirestore().doc(paths.session(large.accountId)).get()).get('sequence'));
    await auth.keys.set({ tctoken: { 'one-more@lid': { token: randomBytes(20) } } });
    const after = Number((await adminFirestore().doc(paths.session(large.accountId)).get()).get('sequence'));
    assert.equal(after - before, 1);

    const life = await large.live();
    const socket = await life.open();
    for (let count = 0; count < 5; count += 1) {
      const customer = await newCustomer();
      const built = socket.buildMessage({ kind: 'text', text: 'among many' });
      const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
      assert.equal((await socket.send(`${customer.slice(1)}@s.whatsapp.net`, id, built)).kind, 'acked');
      await simulator.send(customer, { to: large.phone, text: `answer ${String(count)}` });
    }
    const answers = () => life.events.filter((event) => event.type === 'message');
    await waitFor(answers, (events) => events.length >= 5, { what: 'the answers', timeoutMs: 60_000 });
    await life.stop();

    const sizes = await sessionSizes(large.accountId);
    const largest = Math.max(...sizes.values());
    const [total, smallTotal] = [sumOf(sizes), sumOf(await sessionSizes(small.accountId))];
    const [cost, smallCost] = await costsOfRestoring(large, small);
    assert.ok(cost && smallCost);
    const [work = 0, smallWork = 0] = await leastCpuMs(
      () => restore(large),
      () => restore(small),
    );
    console.info(
      `      ${String(sizes.size)} documents, ${(total / 1e6).toFixed(1)} MB, the largest ${(largest / 1e3).toFixed(0)} kB; ` +
        `restored by ${String(cost.read)} reads and ${String(cost.write)} writes in ${work.toFixed(0)} ms of processor time; ` +
        `with ${String(TIMES_FEWER)} times fewer contacts ${(total / smallTotal).toFixed(1)} times fewer bytes, ` +
        `${(cost.read / smallCost.read).toFixed(1)} times fewer reads, ${(work / smallWork).toFixed(1)} times less work`,
    );
    assert.ok(cost.read <= sizes.size, `${String(cost.read)} reads of ${String(sizes.size)} documents`);
    assert.equal(cost.write, smallCost.write);
    assert.ok(
      cost.read <= MAX_TIMES_READS * smallCost.read,
      `${String(cost.read)} reads, ${String(smallCost.read)} with fewer`,
    );
    assert.ok(total <= MAX_TIMES_BYTES * smallTotal, `${String(total)} bytes, ${String(smallTotal)} with fewer`);
    assert.ok(work < MAX_TIMES_WORK * smallWork, `${work.toFixed(0)} ms, and ${smallWork.toFixed(0)} ms with fewer`);
    assert.ok(largest < MAX_DOCUMENT_BYTES, `the largest document has ${String(largest)} bytes`);
    const restored = await restore(large);
    const found = await new AuthState(restored, Date.now).keys.get('session', [`${lidOf(CONTACTS - 1)}_1.0`]);
    assert.equal(Object.keys(found).length, 1);
    const pruned = restored.get('session', `${lidOf(0)}_1.0`) ?? '';
    assert.equal(pruned.split('"registrationId"').length - 1, 6);
  });

  it('is connected by a host, writes and is written to, and no document of any kind is near a limit', async () => {
    const sessionKey = randomBytes(32).toString('hex');
    const admin = await signInAs('admin');
    const first = await startHost({ sessionKey });
    const account = await linkByQr(admin, 'Among many');
    await first.stop();
    await fillSession(account.accountId, sessionKey, contactRows(CONTACTS));
    const filled = sumOf(await sessionSizes(account.accountId));

    const next = await startHost({ sessionKey });
    await whenRunBy([account], [next.hostId], 120_000);
    const shops: Shop[] = [];
    for (let count = 0; count < 5; count += 1) shops.push({ ...account, customer: await newCustomer() });
    assert.deepEqual(await faultsOf(await writeBothWays(admin, shops, 'among many')), []);
    await next.stop();

    const after = sumOf(await sessionSizes(account.accountId));
    assert.ok(after >= 0.9 * filled, `${String(after)} bytes of ${String(filled)} are left`);
    const sizes = await sizesIn(await adminFirestore().listCollections());
    const large = [...sizes].filter(([, size]) => size >= MAX_DOCUMENT_BYTES);
    assert.deepEqual(large, []);
    const kinds = new Set([...sizes.keys()].map((path) => path.split('/').at(-2)));
    for (const kind of ['accounts', 'threads', 'messages', 'outbox', 'leases', 'keys'])
      assert.ok(kinds.has(kind), kind);
  });
});
