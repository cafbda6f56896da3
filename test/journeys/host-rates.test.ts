import { hostSchema, type MinuteRate } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { collection, doc, getDoc, getDocs, query, where } from 'firebase/firestore';
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { beginTalk } from '../support/content.ts';
import { linkByQr, sendText, whenOutbox } from '../support/journey.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

describe('the figures of a dashboard', () => {
  let host: HostProcess;
  let manager: Staff;

  before(async () => {
    manager = await signInAs('manager');
    host = await startHost();
  });
  after(() => host.stop());

  it('are in the heartbeat: what a host sent, failed to send, saw delivered and received', async () => {
    const shop = await linkByQr(await signInAs('admin'), 'Counted');
    await beginTalk(manager, shop, 'Ana');
    const failing = await sendText(manager, { accountId: shop.accountId, toPhone: '+40700000001' }, 'Anybody?');
    await whenOutbox(failing.requestId, 'failed');
    const { accountId } = shop;
    const account = await getDoc(doc(manager.db, paths.account(accountId)));
    const hostId = String(account.get('ownerHostId'));
    const sumOf = (rates: readonly MinuteRate[], what: 'sent' | 'failed' | 'delivered' | 'received') =>
      rates.reduce((sum, rate) => sum + rate[what], 0);
    const sums = await waitFor(
      async () => {
        const { rates } = hostSchema.parse((await getDoc(doc(manager.db, paths.host(hostId)))).data());
        return (['sent', 'failed', 'delivered', 'received'] as const).map((what) => sumOf(rates, what));
      },
      (all) => all.every((sum) => sum > 0),
      { what: 'the heartbeat to tell of all four', timeoutMs: 60_000 },
    );
    assert.deepEqual(sums, [1, 1, 1, 1]);
    const hosts = await getDocs(query(collection(manager.db, 'hosts'), where('state', '==', 'running')));
    assert.ok(hosts.docs.some(({ id }) => id === hostId));
  });
});
