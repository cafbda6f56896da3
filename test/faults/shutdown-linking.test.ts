import assert from 'node:assert/strict';
import { linkingSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { accountOfRequest, askAccount, shownQr, whenAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';
import { allIncidents, whenStatus } from './closes-scene.ts';
import { lossyFirestore } from './session-lost-answers.ts';
import { handsOver } from './shutdown-scene.ts';

function start(env: Readonly<Record<string, string>> = {}): Promise<HostProcess> {
  return startHost({ hostId: freshId('linking'), env: { LEASE_TTL_MS: '3000', ...env } });
}

/** A phone and the account that is being added for it. */
async function beginToLink(): Promise<{ phone: string; accountId: string; qr: string }> {
  const admin = await signInAs('admin');
  const phone = freshPhone();
  await simulator.addPhone({ phone, name: 'Bakery' });
  const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name: 'Bakery', phone }));
  return { phone, accountId, qr: await shownQr(accountId) };
}

async function connectedBy(host: HostProcess, accountId: string): Promise<void> {
  await whenAccount(
    accountId,
    `the account to be connected by ${host.hostId}`,
    ({ status, ownerHostId }) => status === 'connected' && ownerHostId?.startsWith(`${host.hostId}-`) === true,
  );
}

describe('a host that is asked to end while an account is being linked', () => {
  it('ends by itself, and the next one shows a code of its own, which links', async () => {
    const first = await start();
    const { phone, accountId, qr } = await beginToLink();
    await handsOver(first);
    const second = await start();
    const fresh = await waitForDocument(
      adminFirestore().doc(paths.linking(accountId)),
      linkingSchema,
      (linking) => linking.qr !== null && linking.qr !== qr,
      { what: 'another code to be shown', timeoutMs: 60_000 },
    );
    await simulator.scan(phone, fresh.qr ?? '');
    await connectedBy(second, accountId);
    await second.stop();
  });

  it('at the moment the code is scanned, keeps the link: the next one connects without another code', async () => {
    const first = await start();
    const { phone, accountId, qr } = await beginToLink();
    await simulator.scan(phone, qr);
    await handsOver(first);
    const second = await start();
    await connectedBy(second, accountId);
    await second.stop();
  });

  it('or is killed at that moment, keeps the link too', async () => {
    const first = await start();
    const { phone, accountId, qr } = await beginToLink();
    await simulator.scan(phone, qr);
    await first.kill();
    const second = await start();
    await connectedBy(second, accountId);
    await second.stop();
  });

  it('or is killed before the phone has its answer, leaves a link that was not made, which the next one says and makes', async () => {
    let commits = 0;
    let isScanned = false;
    // The credentials are stored, and the host never learns it.
    const lossy = await lossyFirestore((method, asked) => {
      if (!isScanned || method !== 'Commit' || !asked.includes('wa_sessions/')) return 'answered';
      commits += 1;
      return commits === 1 ? 'lost' : 'unavailable';
    });
    const first = await start({ FIRESTORE_EMULATOR_HOST: lossy.address });
    const { phone, accountId, qr } = await beginToLink();
    isScanned = true;
    const refused = assert.rejects(simulator.scan(phone, qr));
    await waitFor(
      () => Promise.resolve(commits),
      (count) => count > 1,
      { what: 'the credentials to be stored' },
    );
    await first.kill();
    await refused;
    await lossy.close();
    const second = await start();
    const { lastDisconnect, waJid } = await whenStatus(accountId, 'needs_qr', 'link_refused');
    assert.deepEqual([lastDisconnect?.code, waJid], [401, null]);
    await askAccount(await signInAs('admin'), { type: 'relink', accountId });
    await simulator.scan(phone, await shownQr(accountId));
    await connectedBy(second, accountId);
    assert.deepEqual(await allIncidents(accountId), []);
    await second.stop();
  });
});
