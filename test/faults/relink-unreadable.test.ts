/** What staff can still do with an account whose stored link cannot be read: nothing is lost by it, and it can be deleted. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { accountRequestSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  accountOfRequest,
  askAccount,
  linkByQr,
  shownQr,
  whenAccount,
  whenInThread,
  newCustomer,
  threadsOf,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost, type TestHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitForDocument } from '../support/wait.ts';
import {
  connectAgain,
  openIncidents,
  openSockets,
  QUICK,
  SLOW_MS,
  whenIncident,
  whenStatus,
  whenWell,
} from './closes-scene.ts';

/** Of another deployment, or after a mistake. */
const OTHER_KEY = randomBytes(32).toString('hex');

function sessionOf(accountId: string) {
  return adminFirestore().doc(paths.session(accountId));
}

function requestSettled(requestId: string, status: 'done' | 'rejected') {
  return waitForDocument(
    adminFirestore().doc(paths.accountRequest(requestId)),
    accountRequestSchema,
    (request) => request.status === status,
    { what: `the request to be ${status}`, timeoutMs: SLOW_MS },
  );
}

/** Everything that could open or be opened. */
async function leftOf(accountId: string): Promise<string[]> {
  const stored = await sessionOf(accountId).get();
  const fields = ['creds', 'recent', 'snapshots'].filter((field) => (stored.get(field) ?? null) !== null);
  const collections = await sessionOf(accountId).listCollections();
  const documents = await Promise.all(collections.map((collection) => collection.listDocuments()));
  return [...fields, ...documents.flat().map(({ path }) => path)];
}

/** Makes every copy of the credentials unreadable, as a broken disk or a bad migration would. */
async function damageCreds(accountId: string): Promise<void> {
  await sessionOf(accountId).update({ creds: randomBytes(2_000) });
  const { docs } = await sessionOf(accountId).collection('backups').get();
  for (const { ref } of docs) await ref.update({ creds: randomBytes(2_000) });
}

describe('an account whose session cannot be read', function () {
  this.timeout(240_000);
  const hosts: HostProcess[] = [];
  let admin: Staff;

  async function start(more: Pick<TestHost, 'sessionKey'> = {}): Promise<HostProcess> {
    const host = await startHost({ env: { ...QUICK }, ...more });
    hosts.push(host);
    return host;
  }

  /** Linked by a host that is gone by then. */
  async function linked(host: HostProcess): Promise<LinkedAccount> {
    const account = await linkByQr(admin, 'Sealed');
    await host.stop();
    return account;
  }

  async function assertDeleted({ accountId, phone }: LinkedAccount, requestId: string): Promise<void> {
    const isOver = ({ status, pendingRequest }: { status: string; pendingRequest: unknown }) =>
      status === 'deleted' && pendingRequest === null;
    await whenAccount(accountId, 'the account to be deleted', isOver, SLOW_MS);
    await requestSettled(requestId, 'done');
    assert.deepEqual(await leftOf(accountId), []);
    assert.deepEqual(await openIncidents(accountId), []);
    assert.equal(await openSockets(phone), 0);
  }

  before(async () => {
    admin = await signInAs('admin');
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
  });

  it('with the key this host has does not pass for connected, and goes on with the right key', async () => {
    const first = await start();
    const account = await linkByQr(admin, 'Sealed');
    // Killed, it leaves the account shown as connected.
    await first.kill();
    const wrong = await start({ sessionKey: OTHER_KEY });
    await whenIncident(account.accountId, 'session_unreadable');
    await whenStatus(account.accountId, 'reconnecting', 'session_unreadable');
    assert.equal(await openSockets(account.phone), 0);
    await wrong.stop();
    await start();
    await whenWell(account);
  });

  it('says so to whoever asks to connect it, is disconnected when asked, and is as it was with the right key', async () => {
    const account = await linked(await start());
    const { accountId } = account;
    const wrong = await start({ sessionKey: OTHER_KEY });
    await whenIncident(accountId, 'session_unreadable');
    const refused = await requestSettled(await askAccount(admin, { type: 'relink', accountId }), 'rejected');
    assert.equal(refused.error?.code, 'session_unreadable');
    await whenStatus(accountId, 'reconnecting', 'session_unreadable');
    await requestSettled(await askAccount(admin, { type: 'disconnect', accountId }), 'done');
    await whenStatus(accountId, 'disconnected', 'asked');
    await wrong.stop();
    await start();
    await connectAgain(admin, account);
  });

  it('is deleted when somebody asks, with all there is of it, and can be linked anew', async () => {
    const account = await linked(await start());
    const customer = await newCustomer('Ana');
    await start({ sessionKey: OTHER_KEY });
    await whenIncident(account.accountId, 'session_unreadable');
    assert.notDeepEqual(await leftOf(account.accountId), []);
    await assertDeleted(account, await askAccount(admin, { type: 'delete', accountId: account.accountId }));

    const again = await askAccount(admin, { type: 'add', name: 'Sealed', phone: account.phone });
    assert.equal(await accountOfRequest(again), account.accountId);
    await simulator.scan(account.phone, await shownQr(account.accountId));
    await whenStatus(account.accountId, 'connected');
    await simulator.send(customer, { to: account.phone, text: 'again' });
    await whenInThread(account.accountId, customer, 'again');
    assert.equal((await threadsOf(account.accountId)).length, 1);
  });

  it('because it is damaged is deleted too, by the host that starts after somebody asked', async () => {
    const account = await linked(await start());
    await damageCreds(account.accountId);
    const requestId = await askAccount(admin, { type: 'delete', accountId: account.accountId });
    await accountOfRequest(requestId);
    await start();
    await assertDeleted(account, requestId);
  });

  it('because its document is none says so, and is linked anew when somebody resets it', async () => {
    const account = await linked(await start());
    await sessionOf(account.accountId).update({ snapshots: 'none' });
    await start();
    await whenIncident(account.accountId, 'session_unreadable');
    assert.equal((await sessionOf(account.accountId).get()).get('snapshots'), 'none', 'it was written over');
    await accountOfRequest(await askAccount(admin, { type: 'reset', accountId: account.accountId }));
    await simulator.scan(account.phone, await shownQr(account.accountId));
    await whenWell(account);
    assert.deepEqual(await openIncidents(account.accountId), []);
  });
});
