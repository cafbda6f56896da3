import assert from 'node:assert/strict';
import {
  linkByQr,
  newCustomer,
  sendText,
  whenAccount,
  whenInThread,
  whenMessage,
  whenOutbox,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';

describe('when a host is replaced', () => {
  it('the link is kept, nothing that came meanwhile is lost and nothing is sent twice', async () => {
    const admin = await signInAs('admin');
    const first = await startHost();
    const { accountId, phone } = await linkByQr(admin, 'Lasting');
    const customer = await newCustomer('Ana');
    const before = await sendText(admin, { accountId, toPhone: customer }, 'before');
    await whenMessage(accountId, before, 'delivered');
    await first.stop();

    const meanwhile = await sendText(admin, { accountId, toPhone: customer }, 'queued while its host is down');
    await whenOutbox(meanwhile.requestId, 'routed');
    await simulator.send(customer, { to: phone, text: 'written while the host is down' });

    const second = await startHost();
    await whenAccount(
      accountId,
      'the account to be owned by the new host',
      ({ ownerHostId, status }) => ownerHostId !== null && status === 'connected',
    );
    await whenOutbox(meanwhile.requestId, 'sent');
    await whenMessage(accountId, meanwhile, 'delivered');
    await whenInThread(accountId, customer, 'written while the host is down');
    const after = await sendText(admin, { accountId, toPhone: customer }, 'after');
    await whenMessage(accountId, after, 'delivered');

    const received = (await simulator.messages(customer)).filter(({ fromMe }) => !fromMe);
    assert.deepEqual(
      received.map(({ text, copies }) => [text, copies]),
      [
        ['before', 1],
        ['queued while its host is down', 1],
        ['after', 1],
      ],
    );
    await second.stop();
  });

  it('a host that is killed is followed by one that sends what it left, once', async () => {
    const admin = await signInAs('admin');
    const first = await startHost();
    const { accountId, phone } = await linkByQr(admin, 'Killed');
    const customer = await newCustomer('Dan');
    await whenMessage(accountId, await sendText(admin, { accountId, toPhone: customer }, 'hello'), 'delivered');
    // The server takes the next message but its ack is lost, so the host dies not knowing.
    await simulator.fault({ account: phone, kind: 'swallow-ack', times: 1 });
    const uncertain = await sendText(admin, { accountId, toPhone: customer }, 'did it arrive?');
    await whenOutbox(uncertain.requestId, 'processing');
    await first.kill();
    const second = await startHost();
    await whenOutbox(uncertain.requestId, 'sent', 90_000);
    const received = (await simulator.messages(customer)).filter(({ fromMe }) => !fromMe);
    assert.deepEqual(
      received.map(({ text }) => text),
      ['hello', 'did it arrive?'],
    );
    assert.ok(received.every(({ undecryptable }) => undecryptable === 0));
    await second.stop();
  });
});
