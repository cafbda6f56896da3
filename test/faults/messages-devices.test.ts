/**
 * Which devices a person has is asked once and remembered from one connection to the next, and what is remembered changes with the
 * person's devices: a message nobody can read on a phone that was linked yesterday is a lost one.
 */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { BareClient, newSession } from '../journeys/simulator/bare-client.ts';
import {
  askAccount,
  linkByQr,
  newCustomer,
  sendText,
  shownQr,
  threadsOf,
  whenAccount,
  whenInThread,
  whenMessage,
  type LinkedAccount,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { simulatorNoiseRoot, stack, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import {
  connectAnew,
  newBystander,
  QUICK,
  SLOW_MS,
  whenConfirmed,
  whenStatus,
  whenStruck,
  whenWell,
  type Bystander,
} from './closes-scene.ts';
import { makeGroup, writeToGroup } from './session-groups.ts';
import { unshaken } from './unshaken.ts';

/** More than anybody asks. */
const MANY = 1_000;

describe('what an account knows of the devices of people', function () {
  this.timeout(240_000);
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

  beforeEach(async () => {
    [account, customer] = await Promise.all([linkByQr(admin, 'Shop'), newCustomer('Ana')]);
    await write('hello');
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  /** Writes to the customer, and waits until their phone has it. */
  async function write(text: string): Promise<void> {
    const sent = await sendText(admin, { accountId: account.accountId, toPhone: customer }, text);
    await whenMessage(account.accountId, sent, 'delivered');
  }

  it('is not asked again for the next messages, nor after a connection was lost', async () => {
    await whenConfirmed(account);
    await simulator.fault({ account: account.phone, kind: 'mute', xmlns: 'usync', times: MANY });
    await write('one');
    await write('two');
    const { lastConnectedAt: before } = await whenWell(account);
    await simulator.fault({ account: account.phone, kind: 'close', code: 428 });
    const isLater = (at: typeof before): boolean => (at?.toMillis() ?? 0) > (before?.toMillis() ?? 0);
    await whenAccount(
      account.accountId,
      'the account to be connected again',
      ({ status, lastConnectedAt }) => status === 'connected' && isLater(lastConnectedAt),
      SLOW_MS,
    );
    await write('three');
    assert.equal(await simulator.timesLeft(account.phone, 'mute'), MANY, 'it asked again');
    await simulator.clearFaults(account.phone);
  });

  /** The customer’s second device: an account of ours. */
  const linkSecond = () => linkByQr(admin, 'Ana on two devices', customer);

  /** The customer takes their second device off the list on their phone. */
  async function unlink({ accountId }: LinkedAccount): Promise<void> {
    await simulator.unlink(customer);
    await whenStatus(accountId, 'logged_out', 'logged_out');
  }

  /** Writes, and waits until it can be read on both devices. */
  async function writeToBoth(second: LinkedAccount, text: string): Promise<void> {
    await unshaken(admin, account, () => write(text));
    const stored = await whenInThread(second.accountId, account.phone, text);
    assert.equal(stored.direction, 'inbound');
    const shown = (await simulator.messages(customer, account.phone)).filter((message) => message.text === text);
    assert.deepEqual(
      shown.map(({ copies, undecryptable }) => [copies, undecryptable]),
      [[1, 0]],
    );
  }

  /** Writes to the phone, which alone is left. @returns for how many devices there are not it was encrypted besides. */
  async function writeToPhone(text: string): Promise<number> {
    const strays = async () => Number((await simulator.stats())['strayCopies']);
    const before = await strays();
    await unshaken(admin, account, () => write(text));
    return (await strays()) - before;
  }

  /** WhatsApp’s next word of a change gets lost on its way to the account. */
  async function losingTheWord<T>(change: () => Promise<T>): Promise<T> {
    await simulator.fault({ account: account.phone, kind: 'drop', direction: 'to', stanza: 'notification' });
    const changed = await change();
    await whenStruck(account, 'drop', null);
    return changed;
  }

  it('changes when a person links one more: the next message can be read there too', async () => {
    const second = await linkSecond();
    await whenConfirmed(account);
    await writeToBoth(second, 'on both');
  });

  it('changes when a person removes one: the next message is encrypted for it no more, and for one linked later', async () => {
    const second = await linkSecond();
    await whenConfirmed(account);
    await writeToBoth(second, 'on both');
    await unlink(second);
    await whenConfirmed(account);
    assert.equal(await writeToPhone('on the phone'), 0);
    await askAccount(admin, { type: 'relink', accountId: second.accountId });
    await simulator.scan(customer, await shownQr(second.accountId));
    await whenWell(second);
    await whenConfirmed(account);
    await writeToBoth(second, 'on both again');
  });

  it('changes with the next connection when the word of one more was lost: the next message can be read there too', async () => {
    await whenConfirmed(account);
    const second = await losingTheWord(linkSecond);
    assert.equal(await writeToPhone('on the phone'), 0);
    await connectAnew(account);
    await whenConfirmed(account);
    await writeToBoth(second, 'on both');
  });

  it('changes with the next connection when the word of a removed one was lost, and the phone has all until then', async () => {
    const second = await linkSecond();
    await whenConfirmed(account);
    await writeToBoth(second, 'on both');
    await losingTheWord(() => unlink(second));
    assert.equal(await writeToPhone('for one too many'), 1);
    await connectAnew(account);
    await whenConfirmed(account);
    assert.equal(await writeToPhone('on the phone'), 0);
  });

  it('changes when its own phone links one more: what it writes next can be read there too', async () => {
    const network = { wsUrl: stack.socketUrl(), noiseRoot: await simulatorNoiseRoot() };
    const session = newSession();
    const applicant = new BareClient(network, session);
    await simulator.scan(account.phone, await applicant.waitFor('a QR', () => applicant.qrs[0]));
    await applicant.closed();
    const second = new BareClient(network, session);
    await second.opened();
    await whenConfirmed(account);
    await write('on both of ours');
    await second.received('on both of ours');
    await second.end();
  });

  /** Whether WhatsApp refuses the device that is gone, or all that was asked with it. */
  for (const refused of ['device', 'question'])
    describe(`may name one that is gone, and for it the ${refused} is refused:`, () => {
      const haunt = (account: string, of = 'companion') => simulator.fault({ account, kind: 'ghost', refused, of });

      function whenGroupThread(): Promise<string> {
        return waitFor(
          async () => (await threadsOf(account.accountId)).find(({ isGroup }) => isGroup)?.threadId ?? '',
          (found) => found !== '',
          { what: 'the group to have a thread', timeoutMs: SLOW_MS },
        );
      }

      /** Writes once more, with keys that cannot be asked for. */
      async function writeUnasked(): Promise<void> {
        await simulator.fault({ account: account.phone, kind: 'mute', xmlns: 'encrypt', times: MANY });
        await write('again');
        assert.equal(await simulator.timesLeft(account.phone, 'mute'), MANY, 'it asked again');
      }

      afterEach(() => Promise.all([account.phone, customer].map((phone) => simulator.clearFaults(phone))));

      it('the customer’s others get the message, and the next one without another question', async () => {
        customer = await newCustomer('Dan');
        await haunt(customer);
        await unshaken(admin, account, async () => {
          await write('are you there?');
          await writeUnasked();
        });
      });

      it('of our own phone, customers get their messages', async () => {
        account = await linkByQr(admin, 'Haunted');
        await haunt(account.phone);
        await unshaken(admin, account, async () => {
          await write('we are here');
          await writeUnasked();
        });
      });

      it('of a member, the group gets its message', async () => {
        customer = await newCustomer('Dan');
        await haunt(customer);
        await writeToGroup(await makeGroup(customer, [account.phone]), customer, 'Who has a ladder?');
        const threadId = await whenGroupThread();
        await unshaken(admin, account, async () => {
          const sent = await sendText(admin, { accountId: account.accountId, threadId }, 'We do');
          await whenMessage(account.accountId, sent, 'delivered');
        });
      });

      it('of a member who has no other, the group gets its message', async () => {
        const gone = await newCustomer('Dan');
        customer = await newCustomer('Eve');
        const group = await makeGroup(customer, [account.phone, gone]);
        await writeToGroup(group, customer, 'Who has a ladder?');
        const threadId = await whenGroupThread();
        await haunt(gone, 'phone');
        await simulator.offline(gone);
        await unshaken(admin, account, async () => {
          const sent = await sendText(admin, { accountId: account.accountId, threadId }, 'We do');
          await whenMessage(account.accountId, sent, 'sent');
          await waitFor(
            () => simulator.messages(customer, group),
            (shown) => shown.some(({ text, copies }) => text === 'We do' && copies === 1),
            { what: 'the others to have it', timeoutMs: SLOW_MS },
          );
        });
        await simulator.clearFaults(gone);
      });
    });
});
