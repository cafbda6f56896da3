import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accountSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { linkAccounts, whenAllConnected } from '../../bench/accounts.ts';
import { objectIn } from '../../scripts/lib/json.ts';
import { newCustomer, sendText, whenInThread, whenMessage, type LinkedAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, stack, startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { freshId } from '../support/unique.ts';

const ACCOUNTS = 30;

/** Records every account that, from now on, is anything but on its way to be connected with the link it has. */
function watchForLinking(): { readonly asked: Set<string>; readonly stop: () => void } {
  const asked = new Set<string>();
  const stop = adminFirestore()
    .collection('accounts')
    .onSnapshot((snapshot) => {
      for (const { doc } of snapshot.docChanges()) {
        const { status } = accountSchema.parse(doc.data());
        if (status !== 'connected' && status !== 'reconnecting') asked.add(`${doc.id} is ${status}`);
      }
    });
  return { asked, stop };
}

/** How many devices each phone lists as linked. */
async function linkedDevices(accounts: readonly LinkedAccount[]): Promise<number[]> {
  return Promise.all(
    accounts.map(async ({ phone }) => {
      const answer = await fetch(`${stack.simulatorUrl()}/phones/${encodeURIComponent(phone)}`);
      const { companions } = objectIn(await answer.json(), 'the phone');
      return Array.isArray(companions) ? companions.length : -1;
    }),
  );
}

describe(`${String(ACCOUNTS)} accounts whose host is gone, with everything it had on disk`, function () {
  this.timeout(600_000);
  const empty = mkdtempSync(path.join(tmpdir(), 'switchboard-empty-'));

  after(() => {
    rmSync(empty, { recursive: true });
  });

  it('are connected by a host that has nothing but Firestore, without one QR code', async () => {
    const admin = await signInAs('admin');
    const first = await startHost({ hostId: freshId('first') });
    const accounts = await linkAccounts(admin, ACCOUNTS);
    await first.kill();
    const watch = watchForLinking();
    const nothing = { HOME: empty, TMPDIR: empty, XDG_CACHE_HOME: empty, NODE_COMPILE_CACHE: undefined };
    const next = await startHost({ hostId: freshId('next'), env: nothing });
    await whenAllConnected(accounts, next.hostId, 180_000);
    watch.stop();
    assert.deepEqual([...watch.asked], []);
    assert.ok((await linkedDevices(accounts)).every((count) => count === 1));
    const linking = await Promise.all(
      accounts.map(({ accountId }) => adminFirestore().doc(paths.linking(accountId)).get()),
    );
    assert.ok(linking.every(({ exists }) => !exists));
    assert.deepEqual(readdirSync(empty), [], 'it keeps something on disk');

    const customer = await newCustomer('Ana');
    for (const { accountId, phone } of accounts) {
      const sent = await sendText(admin, { accountId, toPhone: customer }, `from ${phone}`);
      await simulator.send(customer, { to: phone, text: `to ${phone}` });
      await whenMessage(accountId, sent, 'delivered');
      await whenInThread(accountId, customer, `to ${phone}`);
    }
    await next.stop();
  });
});
