import { linkingSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { accountOfRequest, askAccount, shownQr, whenAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitForDocument } from '../support/wait.ts';
import { handsOver } from './shutdown-scene.ts';

function start(): Promise<HostProcess> {
  return startHost({ hostId: freshId('linking'), env: { LEASE_TTL_MS: '3000' } });
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
});
