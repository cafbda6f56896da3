import assert from 'node:assert/strict';
import { outboxStatusSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { killFunctions } from '../support/functions-processes.ts';
import { linkByQr, newCustomer, sendText, whenOutbox, type LinkedAccount, type Sent } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

const SETTINGS = { LEASE_TTL_MS: '3000' };
/** A sweep looks each minute at what is older than one. */
const SWEPT_WITHIN_MS = 210_000;
const MESSAGES = 40;

describe('outbox entries whose function or host was killed', () => {
  let admin: Staff;
  let host: HostProcess;
  let shop: LinkedAccount;

  before(async () => {
    admin = await signInAs('admin');
    host = await startHost({ env: SETTINGS });
    shop = await linkByQr(admin, 'Sticky');
  });
  after(() => host.stop());

  async function statusesOf(sent: readonly Sent[]): Promise<string[]> {
    const references = sent.map(({ requestId }) => adminFirestore().doc(paths.outbox(requestId)));
    const entries = await adminFirestore().getAll(...references);
    return entries.map((entry) => outboxStatusSchema.parse(entry.get('status')));
  }

  it('are all sent, each once and in order, whatever they were at', async () => {
    const customer = await newCustomer('Patient');
    const to = { accountId: shop.accountId, toPhone: customer };
    const texts = Array.from({ length: MESSAGES }, (_, n) => `after all ${String(n)}`);
    const sent: Sent[] = [];
    let killed = 0;
    for (const [n, text] of texts.entries()) {
      sent.push(await sendText(admin, to, text));
      // Some of the events before are with the functions at this moment, and are gone with them.
      if (n % 10 === 9) killed += killFunctions();
    }
    assert.ok(killed > 0, 'there was a function to kill');
    await waitFor(
      () => statusesOf(sent),
      (seen) => seen.some((status) => status === 'routed' || status === 'processing' || status === 'sent'),
      { what: 'the host to have something to lose', timeoutMs: SWEPT_WITHIN_MS },
    );
    await host.kill();
    host = await startHost({ env: SETTINGS });
    for (const { requestId } of sent) await whenOutbox(requestId, 'sent', SWEPT_WITHIN_MS);
    const shown = await simulator.messages(customer, shop.phone);
    assert.deepEqual(
      shown.map(({ text }) => text),
      texts,
    );
  });
});
