/** What a link that is not made ends in: nobody scanned, the connection dropped, or WhatsApp did not want it. */
import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkingSchema } from '@switchboard/contract/account';
import { accountOfRequest, askAccount, shownQr, whenAccount } from '../support/journey.ts';
import { simulator, SimulatorError, type NewPhone } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';
import { openIncidents, QUICK, SLOW_MS, whenIncident, whenStatus, whenWell } from './closes-scene.ts';

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

function isPasskeyRefusal(error: unknown): boolean {
  return error instanceof SimulatorError && JSON.stringify(error.body).includes('passkey_required');
}

describe('a link that is not made', function () {
  this.timeout(240_000);
  let admin: Staff;
  let host: HostProcess;

  before(async () => {
    admin = await signInAs('admin');
  });

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
    before(async () => {
      // Long enough to be seen, and to be scanned by the test that does.
      host = await startHost({ env: { ...QUICK, QR_TIMEOUT_MS: '2000' } });
    });
    after(() => host.stop());

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

  describe('because WhatsApp wants a passkey', () => {
    before(async () => {
      host = await startHost({ env: { ...QUICK } });
    });
    after(() => host.stop());

    it('ends as needs_qr (passkey_required) and is an incident, until it can be linked', async () => {
      const account = await add({ needsPasskey: true });
      await assert.rejects(simulator.scan(account.phone, await shownQr(account.accountId)), isPasskeyRefusal);
      const shown = await whenStatus(account.accountId, 'needs_qr', 'passkey_required');
      assert.match(shown.statusReason?.message ?? '', /passkey/);
      const incident = await whenIncident(account.accountId, 'passkey_required');
      assert.equal(incident.severity, 'high');
      await whenCodeIsGone(account.accountId);
      await simulator.addPhone({ phone: account.phone, needsPasskey: false });
      await relink(account);
    });

    it('ends the same way by pairing code', async () => {
      const account = await add({ needsPasskey: true });
      await askAccount(admin, { type: 'pairing_code', accountId: account.accountId });
      const code = await shownPairingCode(account.accountId);
      await assert.rejects(simulator.enterCode(account.phone, code), isPasskeyRefusal);
      await whenStatus(account.accountId, 'needs_qr', 'passkey_required');
      await whenIncident(account.accountId, 'passkey_required');
      await whenCodeIsGone(account.accountId);
    });
  });
});
