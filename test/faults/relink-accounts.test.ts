/** What becomes of an account that is deleted or linked anew, by documents alone: its link goes, its conversations stay. */
import assert from 'node:assert/strict';
import { accountRequestSchema, type Account } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  accountOfRequest,
  askAccount,
  linkByQr,
  messagesOf,
  newCustomer,
  shownQr,
  threadsOf,
  whenAccount,
  whenInThread,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshPhone } from '../support/unique.ts';
import { waitForDocument } from '../support/wait.ts';
import { openIncidents, openSockets, QUICK, SLOW_MS, whenIncident, whenStatus, whenWell } from './closes-scene.ts';
import { linkedDevices } from './session-kept.ts';

/** The ids of all data keys an account has, the one in use first. */
async function dataKeyIdsOf(accountId: string): Promise<readonly unknown[]> {
  const session = await adminFirestore().doc(paths.session(accountId)).get();
  const former = session.get('formerKeys') as readonly { readonly dataKeyId: string }[];
  const current: unknown = session.get('dataKeyId');
  return [current, ...former.map(({ dataKeyId }) => dataKeyId)];
}

async function epochOf(accountId: string): Promise<number> {
  return Number((await adminFirestore().doc(paths.lease(accountId)).get()).get('epoch'));
}

function whenDeleted(accountId: string): Promise<Account> {
  return whenAccount(
    accountId,
    'the account to be deleted',
    ({ status, pendingRequest }) => status === 'deleted' && pendingRequest === null,
    SLOW_MS,
  );
}

async function assertSessionIsGone(accountId: string): Promise<void> {
  const session = adminFirestore().doc(paths.session(accountId));
  const stored = await session.get();
  for (const field of ['creds', 'recent']) assert.equal(stored.get(field) ?? null, null, field);
  for (const collection of await session.listCollections()) {
    assert.equal((await collection.get()).size, 0, collection.id);
  }
}

describe('an account that is deleted', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
  });
  after(() => host.stop());

  async function remove(accountId: string): Promise<string> {
    return askAccount(admin, { type: 'delete', accountId });
  }

  async function assertGone({ accountId, phone }: LinkedAccount, requestId: string): Promise<void> {
    const account = await whenDeleted(accountId);
    assert.equal(account.statusReason?.code, 'deleted');
    await waitForDocument(
      adminFirestore().doc(paths.accountRequest(requestId)),
      accountRequestSchema,
      ({ status }) => status === 'done',
      { what: 'the request to be done', timeoutMs: SLOW_MS },
    );
    await assertSessionIsGone(accountId);
    assert.equal((await adminFirestore().doc(paths.linking(accountId)).get()).exists, false);
    assert.equal(await openSockets(phone), 0);
  }

  it('is logged out, loses its session and keeps its threads; added again it goes on with them', async () => {
    const account = await linkByQr(admin, 'Closing');
    const customer = await newCustomer('Ana');
    await simulator.send(customer, { to: account.phone, text: 'before' });
    await whenInThread(account.accountId, customer, 'before');
    const epoch = await epochOf(account.accountId);
    const [former] = await dataKeyIdsOf(account.accountId);
    assert.ok(former);

    await assertGone(account, await remove(account.accountId));
    assert.equal(await linkedDevices(account.phone), 0);
    const [thread] = await threadsOf(account.accountId);
    assert.ok(thread);
    assert.equal((await messagesOf(thread.threadId)).length, 1);

    const again = await askAccount(admin, { type: 'add', name: 'Opening', phone: account.phone });
    assert.equal(await accountOfRequest(again), account.accountId);
    await simulator.scan(account.phone, await shownQr(account.accountId));
    await whenWell(account);
    await simulator.send(customer, { to: account.phone, text: 'after' });
    await whenInThread(account.accountId, customer, 'after');
    assert.equal((await threadsOf(account.accountId)).length, 1);
    assert.equal((await messagesOf(thread.threadId)).length, 2);
    // Nothing sealed with the key before opens any more, and no owner from before may write.
    assert.ok(!(await dataKeyIdsOf(account.accountId)).includes(former));
    assert.ok((await epochOf(account.accountId)) > epoch);
  });

  it('while it is offline is unlinked all the same', async () => {
    const account = await linkByQr(admin, 'Resting');
    await askAccount(admin, { type: 'disconnect', accountId: account.accountId });
    await whenStatus(account.accountId, 'disconnected', 'asked');
    await assertGone(account, await remove(account.accountId));
    assert.equal(await linkedDevices(account.phone), 0);
  });

  it('while no host runs is unlinked by the next one', async () => {
    const account = await linkByQr(admin, 'Unattended');
    await host.stop();
    const requestId = await remove(account.accountId);
    await accountOfRequest(requestId);
    host = await startHost({ env: { ...QUICK } });
    await assertGone(account, requestId);
    assert.equal(await linkedDevices(account.phone), 0);
  });

  it('while its code waits to be scanned shows it no longer, and can be added again', async () => {
    const phone = freshPhone();
    await simulator.addPhone({ phone });
    const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name: 'Hasty', phone }));
    const former = await shownQr(accountId);
    await assertGone({ accountId, phone }, await remove(accountId));
    await assert.rejects(simulator.scan(phone, former), 'the code still links');
    await accountOfRequest(await askAccount(admin, { type: 'add', name: 'Hasty', phone }));
    await simulator.scan(phone, await shownQr(accountId));
    await whenWell({ accountId, phone });
  });

  it('while WhatsApp cannot be reached is deleted here, and nothing of it is left', async () => {
    const account = await linkByQr(admin, 'Cut off');
    await simulator.fault({ account: account.phone, kind: 'no-success', times: 20 });
    await simulator.fault({ account: account.phone, kind: 'close', code: 503 });
    await whenStatus(account.accountId, 'reconnecting', 'connection_lost');
    await assertGone(account, await remove(account.accountId));
    await simulator.clearFaults(account.phone);
  });
});

describe('an account that lost its link', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
  });
  after(() => host.stop());

  async function unlinked(): Promise<LinkedAccount & { readonly customer: string }> {
    const account = await linkByQr(admin, 'Unlinked');
    const customer = await newCustomer('Dan');
    await simulator.send(customer, { to: account.phone, text: 'before' });
    await whenInThread(account.accountId, customer, 'before');
    await simulator.unlink(account.phone);
    await whenStatus(account.accountId, 'logged_out', 'logged_out');
    await whenIncident(account.accountId, 'logged_out');
    return { ...account, customer };
  }

  async function assertGoesOn({ accountId, phone, customer }: LinkedAccount & { readonly customer: string }) {
    await simulator.scan(phone, await shownQr(accountId));
    await whenWell({ accountId, phone });
    assert.deepEqual(await openIncidents(accountId), []);
    await simulator.send(customer, { to: phone, text: 'after' });
    await whenInThread(accountId, customer, 'after');
    assert.equal((await threadsOf(accountId)).length, 1);
  }

  it('and is linked again goes on with its threads', async () => {
    const account = await unlinked();
    await askAccount(admin, { type: 'relink', accountId: account.accountId });
    await assertGoesOn(account);
  });

  it('and whose phone is added again is the same account, linked again', async () => {
    const account = await unlinked();
    const requestId = await askAccount(admin, { type: 'add', name: 'Another name', phone: account.phone });
    assert.equal(await accountOfRequest(requestId), account.accountId);
    await assertGoesOn(account);
    const { docs } = await adminFirestore().collection('accounts').where('phoneE164', '==', account.phone).get();
    assert.equal(docs.length, 1);
  });
});
