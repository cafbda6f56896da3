/** What resetting a link does: the link goes, wherever it was stuck, a code for a new one is shown, and the conversations stay. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { accountRequestSchema, linkingSchema } from '@switchboard/contract/account';
import { auditEntrySchema } from '@switchboard/contract/audit';
import { accountOutputSchema } from '@switchboard/contract/callables';
import { paths } from '@switchboard/contract/paths';
import { httpsCallable } from 'firebase/functions';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  askAccount,
  linkByQr,
  messagesOf,
  newCustomer,
  shownQr,
  threadsOf,
  whenInThread,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator, SimulatorError } from '../support/simulator-client.ts';
import { adminFirestore, startHost, type TestHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';
import { openSockets, QUICK, SLOW_MS, whenIncident, whenStatus, whenWell } from './closes-scene.ts';
import { linkedDevices } from './session-kept.ts';

/** Scans what is shown, and what is shown next when that was the code of a host that is gone. */
async function scanShown({ accountId, phone }: LinkedAccount): Promise<void> {
  let former: string | null = null;
  for (;;) {
    const { qr } = await waitForDocument(
      adminFirestore().doc(paths.linking(accountId)),
      linkingSchema,
      (linking) => linking.qr !== null && linking.qr !== former,
      { what: 'a code to be shown', timeoutMs: SLOW_MS },
    );
    former = qr;
    try {
      await simulator.scan(phone, qr ?? '');
      return;
    } catch (error) {
      if (!(error instanceof SimulatorError) || !error.message.includes('qr_expired')) throw error;
    }
  }
}

describe('an account whose link is reset', function () {
  this.timeout(240_000);
  const hosts: HostProcess[] = [];
  let admin: Staff;
  let customer: string;

  async function start(more: Pick<TestHost, 'sessionKey'> = {}): Promise<HostProcess> {
    const host = await startHost({ env: { ...QUICK }, ...more });
    hosts.push(host);
    return host;
  }

  async function linkedWithThread(): Promise<LinkedAccount> {
    const account = await linkByQr(admin, 'Stuck');
    customer = await newCustomer('Ana');
    await simulator.send(customer, { to: account.phone, text: 'before' });
    await whenInThread(account.accountId, customer, 'before');
    return account;
  }

  async function reset({ accountId }: LinkedAccount, more: { readonly requestId?: string } = {}): Promise<string> {
    const answer = await httpsCallable(admin.functions, 'resetSession')({ accountId, ...more });
    return accountOutputSchema.parse(answer.data).requestId;
  }

  async function whenDone(requestId: string): Promise<void> {
    await waitForDocument(
      adminFirestore().doc(paths.accountRequest(requestId)),
      accountRequestSchema,
      ({ status }) => status === 'done',
      { what: 'the request to be done', timeoutMs: SLOW_MS },
    );
  }

  /** Scans the code that is shown, and goes on where it left off. */
  async function assertGoesOn(account: LinkedAccount): Promise<void> {
    const { accountId, phone } = account;
    await whenStatus(accountId, 'qr_ready');
    await scanShown(account);
    await whenWell(account);
    await simulator.send(customer, { to: phone, text: 'after' });
    await whenInThread(accountId, customer, 'after');
    const [thread, ...more] = await threadsOf(accountId);
    assert.ok(thread);
    assert.equal(more.length, 0);
    assert.deepEqual(
      (await messagesOf(thread.threadId)).map(({ body }) => body),
      ['before', 'after'],
    );
  }

  before(async () => {
    admin = await signInAs('admin');
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
  });

  it('while connected is logged out on the phone, keeps its old credentials aside, and is linked anew', async () => {
    await start();
    const account = await linkedWithThread();
    const requestId = await reset(account);
    // The same call again is the same request.
    assert.equal(await reset(account, { requestId }), requestId);
    await whenDone(requestId);
    assert.equal(await linkedDevices(account.phone), 0);
    const session = adminFirestore().doc(paths.session(account.accountId));
    assert.notEqual((await session.collection('backups').get()).size, 0);
    const audit = await adminFirestore()
      .doc(paths.audit(`request_${requestId}`))
      .get();
    const { action, by } = auditEntrySchema.parse(audit.data());
    assert.deepEqual([action, by], ['account.reset', admin.uid]);

    await assertGoesOn(account);
    assert.equal(await linkedDevices(account.phone), 1);
  });

  it('while offline, and twice, comes online with one new link', async () => {
    await start();
    const account = await linkedWithThread();
    await askAccount(admin, { type: 'disconnect', accountId: account.accountId });
    await whenStatus(account.accountId, 'disconnected', 'asked');
    await waitFor(
      () => openSockets(account.phone),
      (open) => open === 0,
      { what: 'its socket to close', timeoutMs: SLOW_MS },
    );
    await reset(account);
    await whenDone(await reset(account));
    assert.equal(await linkedDevices(account.phone), 0);
    await assertGoesOn(account);
    assert.equal(await linkedDevices(account.phone), 1);
  });

  it('while WhatsApp refuses it shows a code all the same, as soon as it can be had', async () => {
    await start();
    const account = await linkedWithThread();
    await simulator.fault({ account: account.phone, kind: 'no-success', times: 20 });
    await simulator.fault({ account: account.phone, kind: 'close', code: 503 });
    await whenStatus(account.accountId, 'reconnecting', 'connection_lost');
    await whenDone(await reset(account));
    await simulator.clearFaults(account.phone);
    await assertGoesOn(account);
  });

  const moments: Readonly<Record<string, (account: LinkedAccount, requestId: string) => Promise<unknown>>> = {
    'as soon as it was asked': () => Promise.resolve(),
    'once the phone has let the link go': ({ phone }) =>
      waitFor(
        () => linkedDevices(phone),
        (count) => count === 0,
        { what: 'the phone to let go', timeoutMs: SLOW_MS },
      ),
    'once it is done': (_account, requestId) => whenDone(requestId),
    'while the code is shown': ({ accountId }) => shownQr(accountId),
  };
  for (const [moment, comes] of Object.entries(moments)) {
    it(`whose host is killed ${moment} is reset once, and linked anew on another`, async () => {
      const first = await start();
      const account = await linkedWithThread();
      const requestId = await reset(account);
      await comes(account, requestId);
      await first.kill();
      await start();
      await whenDone(requestId);
      assert.equal(await linkedDevices(account.phone), 0);
      await assertGoesOn(account);
      assert.equal(await linkedDevices(account.phone), 1);
    });
  }

  it('whose session cannot be read is linked anew, with the key there is', async () => {
    const first = await start();
    const account = await linkedWithThread();
    await first.stop();
    const sessionKey = randomBytes(32).toString('hex');
    const second = await start({ sessionKey });
    await whenIncident(account.accountId, 'session_unreadable');
    await whenDone(await reset(account));
    await assertGoesOn(account);
    // What it stored is its own to read.
    await second.stop();
    await start({ sessionKey });
    await whenWell(account);
  });
});
