/** However the network tells of a message to a group, and whatever of that is lost: it is as far as the member who is least far. */
import assert from 'node:assert/strict';
import type { Message } from '@switchboard/contract/message';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { whenStored } from '../support/content.ts';
import {
  linkByQr,
  newCustomer,
  sendText,
  threadsOf,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
  type Sent,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import { closeOnce, openSockets, SLOW_MS, whenConfirmed } from './closes-scene.ts';
import { makeGroup, writeToGroup } from './session-groups.ts';

describe('a message to a group', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;
  let account: LinkedAccount;
  let members: string[];
  let group: string;
  let threadId: string;

  before(async () => {
    host = await startHost();
    admin = await signInAs('admin');
    account = await linkByQr(admin, 'Shop');
    members = [await newCustomer('Ana'), await newCustomer('Dan')];
    const [ana = ''] = members;
    group = await makeGroup(ana, [...members.slice(1), account.phone]);
    await writeToGroup(group, ana, 'Who has a ladder?');
    threadId = await waitFor(
      async () => (await threadsOf(account.accountId)).find(({ isGroup }) => isGroup)?.threadId ?? '',
      (found) => found !== '',
      { what: 'the group to have a thread', timeoutMs: SLOW_MS },
    );
  });

  afterEach(() => simulator.clearFaults(account.phone));
  after(() => host.stop());

  const write = (text: string) => sendText(admin, { accountId: account.accountId, threadId }, text);

  /** Waits until the members are known to be so far with a message. @returns the message then. */
  function whenTold(waMessageId: string, ...wanted: readonly string[]): Promise<Message> {
    return whenStored({ threadId }, waMessageId, wanted.join(' and '), ({ receipts }) => {
      return (
        Object.values(receipts ?? {})
          .sort()
          .join() === wanted.join()
      );
    });
  }

  async function whenAllShow(text: string): Promise<void> {
    for (const phone of members)
      await waitFor(
        async () => (await simulator.messages(phone, group)).map((shown) => shown.text),
        (texts) => texts.includes(text),
        { what: `${phone} to show "${text}"`, timeoutMs: SLOW_MS },
      );
  }

  /** Sends what reaches all members and is never answered. @returns it once both have told that they have it. */
  async function writeUnanswered(text: string): Promise<Sent> {
    await simulator.fault({ account: account.phone, kind: 'swallow-ack' });
    const sent = await write(text);
    assert.equal((await whenTold(sent.waMessageId, 'delivered', 'delivered')).status, 'sent');
    return sent;
  }

  /** Waits until a message is settled, and then until all members are so far. */
  async function whenSettled(sent: Sent): Promise<void> {
    const [ana = '', dan = ''] = members;
    await whenOutbox(sent.requestId, 'sent', 2 * SLOW_MS);
    await whenMessage(account.accountId, sent, 'delivered');
    await simulator.read(ana, group);
    assert.equal((await whenTold(sent.waMessageId, 'delivered', 'read')).status, 'delivered');
    await simulator.read(dan, group);
    await whenMessage(account.accountId, sent, 'read');
  }

  async function killHost(): Promise<void> {
    await host.kill();
    await waitFor(
      () => openSockets(account.phone),
      (open) => open === 0,
      { what: 'the network to miss the account', timeoutMs: SLOW_MS },
    );
  }

  it('is delivered and read once it is so for all, when receipts come in the form for several members', async () => {
    const [ana = '', dan = ''] = members;
    await simulator.fault({ account: account.phone, kind: 'grouped-receipts' });
    const sent = await write('We are open until ten');
    const { waMessageId } = sent;
    await whenMessage(account.accountId, sent, 'delivered');
    await simulator.read(ana, group);
    assert.equal((await whenTold(waMessageId, 'delivered', 'read')).status, 'delivered');
    await simulator.read(dan, group);
    assert.equal((await whenTold(waMessageId, 'read', 'read')).status, 'read');
  });

  it('is so too when one receipt of several members and messages has waited for the next host', async () => {
    const [ana = '', dan = ''] = members;
    await simulator.fault({ account: account.phone, kind: 'grouped-receipts' });
    for (const phone of members) await simulator.offline(phone);
    const sent = [await write('We close at noon'), await write('And open on Monday')];
    for (const { requestId } of sent) await whenOutbox(requestId, 'sent');
    await killHost();
    for (const phone of members) await simulator.online(phone);
    await whenAllShow('And open on Monday');
    await simulator.read(ana, group);
    host = await startHost();
    for (const { waMessageId } of sent)
      assert.equal((await whenTold(waMessageId, 'delivered', 'read')).status, 'delivered');
    await whenConfirmed(account);
    await simulator.read(dan, group);
    for (const { waMessageId } of sent) assert.equal((await whenTold(waMessageId, 'read', 'read')).status, 'read');
  });

  it('of which the answer is lost with the connection is as far as its members all the same', async () => {
    const sent = await writeUnanswered('Is it there?');
    await closeOnce(account, 428);
    await whenSettled(sent);
  });

  it('of which the answer is lost with the host is as far as its members all the same', async () => {
    const sent = await writeUnanswered('Is it there now?');
    await killHost();
    host = await startHost();
    await whenSettled(sent);
  });
});
