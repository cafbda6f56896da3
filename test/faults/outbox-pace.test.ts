import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase/firestore';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, newCustomer, sendText, whenOutbox, type LinkedAccount, type Sent } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

const QUICK = { LEASE_TTL_MS: '3000' };
const WINDOW_MS = 60_000;

describe('the pace of an account', () => {
  let admin: Staff;
  let host: HostProcess;
  let shop: LinkedAccount;

  before(async () => {
    admin = await signInAs('admin');
    host = await startHost({ env: { ...QUICK, MESSAGES_PER_MINUTE: '0', NEW_THREADS_PER_DAY: '0' } });
    shop = await linkByQr(admin, 'Paced');
  });
  after(() => host.stop());

  const limit = (limits: Record<string, unknown>): Promise<unknown> =>
    adminFirestore()
      .doc(paths.account(shop.accountId))
      .update({ limits: { perMinute: null, newThreadsPerDay: null, quietHours: null, showsTyping: false, ...limits } });

  it('is never exceeded at the phone, over a restart of the host too', async () => {
    const customer = await newCustomer('Ana');
    const perMinute = 6;
    await limit({ perMinute });
    const sent: Sent[] = [];
    for (let n = 0; n < perMinute + 3; n += 1) {
      sent.push(await sendText(admin, { accountId: shop.accountId, toPhone: customer }, `paced ${String(n)}`));
    }
    await whenOutbox(sent[3]?.requestId ?? '', 'sent');
    await host.stop();
    host = await startHost({ env: { ...QUICK, MESSAGES_PER_MINUTE: '0', NEW_THREADS_PER_DAY: '0' } });
    for (const { requestId } of sent) await whenOutbox(requestId, 'sent', 150_000);
    const arrived = (await simulator.messages(customer)).map(({ at }) => new Date(at).getTime());
    assert.equal(arrived.length, sent.length);
    const most = Math.max(...arrived.map((from) => arrived.filter((at) => at >= from && at < from + WINDOW_MS).length));
    assert.ok(most <= perMinute, `${String(most)} messages within a minute, ${String(perMinute)} allowed`);
    await limit({});
  });

  it('keeps quiet hours, says so, and sends when they are lifted', async () => {
    const customer = await newCustomer('Dan');
    const hour = (offset: number): string =>
      `${String((new Date().getUTCHours() + 24 + offset) % 24).padStart(2, '0')}:00`;
    await limit({ quietHours: { from: hour(-1), to: hour(3), timeZone: 'UTC' } });
    const night = await sendText(admin, { accountId: shop.accountId, toPhone: customer }, 'good night');
    const entry = adminFirestore().doc(paths.outbox(night.requestId));
    await whenOutbox(night.requestId, 'scheduled');
    assert.equal((await entry.get()).get('error.code'), 'quiet_hours');
    assert.deepEqual(await simulator.messages(customer), []);
    await limit({});
    await whenOutbox(night.requestId, 'sent');
  });

  it('after a 463 writes to no new people, and goes on answering those who wrote', async () => {
    const [known, first, second] = [
      await newCustomer('Known'),
      await newCustomer('First'),
      await newCustomer('Second'),
    ];
    await simulator.send(known, { to: shop.phone, text: 'hello' });
    await waitFor(
      async () => (await adminFirestore().collection('threads').where('phoneE164', '==', known).get()).size,
      (size) => size === 1,
      { what: 'the known customer to have a thread' },
    );
    await simulator.fault({ account: shop.phone, kind: 'error-ack', code: 463, times: 1 });
    const refused = await sendText(admin, { accountId: shop.accountId, toPhone: first }, 'are you there?');
    await whenOutbox(refused.requestId, 'failed');
    const held = await sendText(admin, { accountId: shop.accountId, toPhone: second }, 'and you?');
    await whenOutbox(held.requestId, 'scheduled');
    const account = await adminFirestore().doc(paths.account(shop.accountId)).get();
    assert.equal(account.get('hold.error.code'), 'new_chats_restricted');
    const reply = await sendText(admin, { accountId: shop.accountId, toPhone: known }, 'hello to you');
    await whenOutbox(reply.requestId, 'sent');
    assert.deepEqual(await simulator.messages(first), []);
    assert.deepEqual(await simulator.messages(second), []);
    await adminFirestore().doc(paths.account(shop.accountId)).update({ hold: null });
    await whenOutbox(held.requestId, 'sent');
    assert.equal((await simulator.messages(first)).length, 0);
  });

  it('writes to no more new people in a day than the account may', async () => {
    await limit({ newThreadsPerDay: 1 });
    const entries: Sent[] = [];
    for (const name of ['One', 'Two']) {
      const customer = await newCustomer(name);
      entries.push(await sendText(admin, { accountId: shop.accountId, toPhone: customer }, 'a word from us'));
    }
    const states = await waitFor(
      async () => {
        const read = await Promise.all(
          entries.map(({ requestId }) => adminFirestore().doc(paths.outbox(requestId)).get()),
        );
        return read.map((snapshot) => String(snapshot.get('status')));
      },
      (statuses) => statuses.every((status) => status === 'scheduled'),
      { what: 'both to be put off: strangers were written to before' },
    );
    assert.equal(states.length, 2);
    await limit({});
    for (const { requestId } of entries) await whenOutbox(requestId, 'sent');
  });

  it('lets a stranger have what was put off for them as soon as they write, before what is written then', async () => {
    await limit({ newThreadsPerDay: 1 });
    // Whoever may have been written to before, with this one the day is full.
    await sendText(admin, { accountId: shop.accountId, toPhone: await newCustomer('Filler') }, 'first');
    const customer = await newCustomer('Three');
    const target = { accountId: shop.accountId, toPhone: customer };
    const putOff = await sendText(admin, target, 'a word from us');
    await whenOutbox(putOff.requestId, 'scheduled');
    await simulator.send(customer, { to: shop.phone, text: 'who is it?' });
    await whenOutbox(putOff.requestId, 'sent');
    const reply = await sendText(admin, target, 'it is us');
    await whenOutbox(reply.requestId, 'sent');
    const shown = (await simulator.messages(customer, shop.phone)).filter(({ fromMe }) => !fromMe);
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['a word from us', 'it is us'],
    );
    await limit({});
  });

  it('sends what is to be sent later at its time, not before, and lets others pass', async () => {
    const customer = await newCustomer('Later');
    const sendAt = Timestamp.fromMillis(Date.now() + 45_000);
    const later = await sendText(admin, { accountId: shop.accountId, toPhone: customer }, 'later', { sendAt });
    await whenOutbox(later.requestId, 'scheduled');
    const now = await sendText(admin, { accountId: shop.accountId, toPhone: customer }, 'now');
    await whenOutbox(now.requestId, 'sent');
    await whenOutbox(later.requestId, 'sent', 120_000);
    const shown = await simulator.messages(customer);
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['now', 'later'],
    );
    assert.ok(new Date(shown[1]?.at ?? 0).getTime() >= sendAt.toMillis());
  });
});
