/**
 * What a customer writes while we cannot be reached waits at WhatsApp, encrypted for the session of that moment. Whatever happens to that
 * session meanwhile, it can be read when it comes, and the customer's phone is not asked to repeat it: it does so a few times only.
 */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  linkByQr,
  newCustomer,
  sendText,
  whenInThread,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { connectAnew, newBystander, QUICK, whenStruck, type Bystander } from './closes-scene.ts';

/** More than the closed sessions that are kept however old they are. */
const UNCERTAIN_SENDS = 12;
/** As long as the network can hold a message: until the connection is another. */
const FOR_EVER_MS = 600_000;

async function retries(): Promise<number> {
  return Number((await simulator.stats())['retries']);
}

describe('a message that waits at WhatsApp', function () {
  this.timeout(480_000);
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;
  let account: LinkedAccount;
  let customer: string;

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
  });

  /** Both have written: neither has to tell the other its keys any more. */
  beforeEach(async () => {
    [account, customer] = await Promise.all([linkByQr(admin, 'Shop'), newCustomer('Ana')]);
    await simulator.send(customer, { to: account.phone, text: 'hello' });
    await whenInThread(account.accountId, customer, 'hello');
    const sent = await sendText(admin, { accountId: account.accountId, toPhone: customer }, 'good morning');
    await whenMessage(account.accountId, sent, 'delivered');
  });

  afterEach(() => simulator.clearFaults());
  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  /** The network keeps what it has for us, until the faults are cleared and the connection is another. */
  async function holdBack(times: number | null): Promise<void> {
    const toUs = { direction: 'to', stanza: 'message' };
    await simulator.fault({
      account: account.phone,
      kind: 'delay',
      ms: FOR_EVER_MS,
      ...toUs,
      ...(times !== null && { times }),
    });
  }

  it(`while ${String(UNCERTAIN_SENDS)} of ours in a row go astray is read, and nobody has to repeat it`, async () => {
    await holdBack(null);
    const texts = ['are you open?', 'until when?'];
    for (const text of texts) await simulator.send(customer, { to: account.phone, text });
    const before = await retries();
    for (let send = 0; send < UNCERTAIN_SENDS; send += 1) {
      await simulator.fault({ account: account.phone, kind: 'drop', direction: 'from', stanza: 'message' });
      const to = { accountId: account.accountId, toPhone: customer };
      const { requestId } = await sendText(admin, to, `answer ${String(send)}`);
      await whenStruck(account, 'drop', null);
      await connectAnew(account);
      await whenOutbox(requestId, 'sent');
    }
    await simulator.clearFaults();
    await connectAnew(account);
    for (const text of texts) await whenInThread(account.accountId, customer, text);
    assert.equal(await retries(), before, 'the customer was asked to repeat a message');
    const shown = (await simulator.messages(customer, account.phone)).filter(({ fromMe }) => !fromMe);
    assert.equal(shown.length, 1 + UNCERTAIN_SENDS);
    assert.deepEqual(
      shown.filter(({ undecryptable }) => undecryptable !== 0),
      [],
    );
  });

  it('while another one cannot be read twice in a row is read, and nobody has to repeat it', async () => {
    await holdBack(1);
    await simulator.send(customer, { to: account.phone, text: 'written before' });
    await whenStruck(account, 'delay', null);
    const before = await retries();
    await simulator.fault({ account: account.phone, kind: 'corrupt', times: 2 });
    await simulator.send(customer, { to: account.phone, text: 'hard to read' });
    await whenInThread(account.accountId, customer, 'hard to read');
    assert.equal(await retries(), before + 2);
    await connectAnew(account);
    await whenInThread(account.accountId, customer, 'written before');
    assert.equal(await retries(), before + 2, 'the customer was asked to repeat a message');
  });
});
