import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, newCustomer, sendText, whenOutbox, type LinkedAccount, type Sent } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';

const UNPACED = { MESSAGES_PER_MINUTE: '0', NEW_THREADS_PER_DAY: '0', LEASE_TTL_MS: '3000' };

describe('the order of a thread', () => {
  let admin: Staff;
  let host: HostProcess;
  let shop: LinkedAccount;

  before(async () => {
    admin = await signInAs('admin');
    host = await startHost({ env: UNPACED });
    shop = await linkByQr(admin, 'Orderly');
  });
  after(() => host.stop());

  it('is kept for 200 messages through failures of the network, and another thread is not held up', async () => {
    const [busy, calm] = [await newCustomer('Busy'), await newCustomer('Calm')];
    const texts = Array.from({ length: 200 }, (_, n) => `part ${String(n)}`);
    const sent: Sent[] = [];
    let calmSent: Sent | null = null;
    for (const [n, text] of texts.entries()) {
      sent.push(await sendText(admin, { accountId: shop.accountId, toPhone: busy }, text));
      if (n === 40) await simulator.fault({ account: shop.phone, kind: 'swallow-ack', times: 1 });
      if (n === 60) calmSent = await sendText(admin, { accountId: shop.accountId, toPhone: calm }, 'not held up');
      if (n === 80) await simulator.fault({ account: shop.phone, kind: 'close', code: 428, times: 1 });
      if (n === 120) await simulator.fault({ account: shop.phone, kind: 'close', code: 503, times: 1 });
    }
    await whenOutbox(calmSent?.requestId ?? '', 'sent');
    for (const { requestId } of sent) await whenOutbox(requestId, 'sent', 180_000);
    const shown = await simulator.messages(busy);
    assert.deepEqual(
      shown.map(({ text }) => text),
      texts,
    );
    assert.equal((await simulator.messages(calm)).length, 1);
  });
});
