/** What a link that is not made ends in: nobody scanned, the connection dropped, or WhatsApp did not want it. */
import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkingSchema } from '@switchboard/contract/account';
import { accountOfRequest, askAccount, linkByQr, newCustomer, shownQr, whenAccount } from '../support/journey.ts';
import { simulator, SimulatorError, type NewPhone } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';
import {
  allIncidents,
  newBystander,
  openIncidents,
  QUICK,
  SLOW_MS,
  whenIncident,
  whenStatus,
  whenWell,
  type Bystander,
} from './closes-scene.ts';

interface Unlinked {
  readonly phone: string;
  readonly accountId: string;
}

async function whenCodeIsGone(accountId: string): Promise<void> {
  await waitFor(
    async () => (await adminFirestore().doc(paths.linking(accountId)).get()).exists,
    (exists) => !exists,
    { what: 'the code, a credential, to be taken away', timeoutMs: SLOW_MS },
  );
}

async function shownPairingCode(accountId: string): Promise<string> {
  const { pairingCode } = await waitForDocument(
    adminFirestore().doc(paths.linking(accountId)),
    linkingSchema,
    (linking) => linking.pairingCode !== null,
    { what: 'a pairing code', timeoutMs: SLOW_MS },
  );
  return pairingCode ?? '';
}

/** What the phone is told that did not link. */
function refusedAs(code: string): (error: unknown) => boolean {
  return (error) => error instanceof SimulatorError && JSON.stringify(error.body).includes(code);
}

/** How a link can fail between the phone and the host, the close code that follows, and what the phone is told. */
const REFUSED = [
  { how: 'seal', name: 'what came was not sealed by who saw the code', code: 500, told: 'companion_refused' },
  { how: 'signature', name: 'what came was not signed by the phone', code: 500, told: 'companion_refused' },
  { how: 'refused', name: 'WhatsApp refuses it', code: 401, told: 'network_refused' },
] as const;

describe('a link that is not made', function () {
  this.timeout(240_000);
  let admin: Staff;
  let bystander: Bystander;

  before(async () => {
    admin = await signInAs('admin');
  });

  /** Runs a host for the tests beside it, and an account on it that they leave alone. */
  function onOneHost(env: Readonly<Record<string, string>>): void {
    let host: HostProcess;
    before(async () => {
      host = await startHost({ env: { ...QUICK, ...env } });
      bystander = await newBystander(admin);
    });
    afterEach(() => bystander.assertUntouched());
    after(() => host.stop());
  }

  async function add(settings: Omit<NewPhone, 'phone'> = {}): Promise<Unlinked> {
    const phone = freshPhone();
    await simulator.addPhone({ phone, ...settings });
    const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name: 'New', phone }));
    return { phone, accountId };
  }

  async function relink({ accountId, phone }: Unlinked): Promise<void> {
    await askAccount(admin, { type: 'relink', accountId });
    await simulator.scan(phone, await shownQr(accountId));
    await whenWell({ accountId, phone });
  }

  describe('because nobody scans', () => {
    // Long enough to be seen, and to be scanned by the test that does.
    onOneHost({ QR_TIMEOUT_MS: '2000' });

    it('ends as needs_qr (qr_expired) without an incident, and shows a new code when asked', async () => {
      const account = await add();
      await shownQr(account.accountId);
      const shown = await whenStatus(account.accountId, 'needs_qr', 'qr_expired');
      assert.equal(shown.lastDisconnect?.code, 408);
      assert.deepEqual(await openIncidents(account.accountId), []);
      await whenCodeIsGone(account.accountId);
      await relink(account);
    });

    it('is told apart from a connection that drops: that goes on by itself', async () => {
      await simulator.fault({ account: null, kind: 'no-hello' });
      const account = await add();
      const dropped = await whenStatus(account.accountId, 'connecting', 'connection_lost');
      assert.equal(dropped.lastDisconnect?.code, 408);
      await simulator.scan(account.phone, await shownQr(account.accountId));
      await whenWell(account);
    });

    it('or types the code ends as needs_qr (qr_expired), after some more codes', async () => {
      const account = await add();
      await askAccount(admin, { type: 'pairing_code', accountId: account.accountId });
      const first = await shownPairingCode(account.accountId);
      assert.match(first, /^[A-Z0-9]{8}$/);
      const shown = await whenAccount(
        account.accountId,
        'the account to stop offering codes',
        ({ status }) => status === 'needs_qr',
        120_000,
      );
      assert.equal(shown.statusReason?.code, 'qr_expired');
      await whenCodeIsGone(account.accountId);
    });
  });

  describe('because somebody refuses it', () => {
    onOneHost({});

    it('ends as needs_qr (passkey_required) when WhatsApp wants one, and is an incident until it can be linked', async () => {
      const account = await add({ needsPasskey: true });
      await assert.rejects(
        simulator.scan(account.phone, await shownQr(account.accountId)),
        refusedAs('passkey_required'),
      );
      const shown = await whenStatus(account.accountId, 'needs_qr', 'passkey_required');
      assert.match(shown.statusReason?.message ?? '', /passkey/);
      const incident = await whenIncident(account.accountId, 'passkey_required');
      assert.equal(incident.severity, 'high');
      await whenCodeIsGone(account.accountId);
      await simulator.addPhone({ phone: account.phone, needsPasskey: false });
      await relink(account);
    });

    it('ends as needs_qr (passkey_required) by pairing code too', async () => {
      const account = await add({ needsPasskey: true });
      await askAccount(admin, { type: 'pairing_code', accountId: account.accountId });
      const code = await shownPairingCode(account.accountId);
      await assert.rejects(simulator.enterCode(account.phone, code), refusedAs('passkey_required'));
      await whenStatus(account.accountId, 'needs_qr', 'passkey_required');
      await whenIncident(account.accountId, 'passkey_required');
      await whenCodeIsGone(account.accountId);
    });

    /** A link that is refused is nobody's trouble but who makes it: it is told by the account alone. */
    async function whenRefused(account: Unlinked, code: number): Promise<void> {
      const shown = await whenStatus(account.accountId, 'needs_qr', 'link_refused');
      assert.equal(shown.lastDisconnect?.code, code);
      await whenCodeIsGone(account.accountId);
      await relink(account);
      assert.deepEqual(await allIncidents(account.accountId), []);
    }

    for (const { how, name, code, told } of REFUSED) {
      it(`ends as needs_qr (link_refused) because ${name}, and can be made after that`, async () => {
        const account = await add();
        await simulator.fault({ account: account.phone, kind: 'bad-link', how });
        await assert.rejects(simulator.scan(account.phone, await shownQr(account.accountId)), refusedAs(told));
        await whenRefused(account, code);
      });
    }

    it('ends as needs_qr (link_refused) by pairing code too, and can be made by QR after that', async () => {
      const account = await add();
      await simulator.fault({ account: account.phone, kind: 'bad-link', how: 'signature' });
      await askAccount(admin, { type: 'pairing_code', accountId: account.accountId });
      const code = await shownPairingCode(account.accountId);
      await assert.rejects(simulator.enterCode(account.phone, code), refusedAs('companion_refused'));
      await whenRefused(account, 500);
    });

    /** Has another phone than its own scan the account's code. */
    async function scanWith(stranger: string, { accountId }: Unlinked): Promise<void> {
      await assert.rejects(simulator.scan(stranger, await shownQr(accountId)), refusedAs('companion_refused'));
      const shown = await whenStatus(accountId, 'needs_qr', 'wrong_phone');
      assert.equal(shown.lastDisconnect?.reason, 'another phone wanted to link');
      await whenCodeIsGone(accountId);
    }

    it('ends as needs_qr (wrong_phone) when a stranger scans, who is not linked to anything', async () => {
      const account = await add();
      const stranger = await newCustomer('Stranger');
      await scanWith(stranger, account);
      await relink(account);
      assert.deepEqual(await allIncidents(account.accountId), []);
      assert.equal((await simulator.stats()).loginsByAccount[stranger] ?? 0, 0);
    });

    it('ends as needs_qr (wrong_phone) when the phone of another account scans, which stays as it is', async () => {
      const account = await add();
      await scanWith(bystander.phone, account);
      await relink(account);
      assert.deepEqual(await allIncidents(account.accountId), []);
    });

    it('ends as needs_qr (wrong_phone) when a stranger scans the code of an account that had its phone', async () => {
      const account = await linkByQr(admin, 'Bereft');
      await simulator.unlink(account.phone);
      await whenStatus(account.accountId, 'logged_out', 'logged_out');
      await askAccount(admin, { type: 'relink', accountId: account.accountId });
      await scanWith(await newCustomer('Stranger'), account);
      // As before: what somebody has to do about it is the same.
      assert.deepEqual(await openIncidents(account.accountId), ['logged_out']);
      await relink(account);
    });
  });
});
