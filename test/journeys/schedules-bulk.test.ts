import assert from 'node:assert/strict';
import { bulkSendSchema, type BulkSend } from '@switchboard/contract/bulk';
import { controlBulkSendOutputSchema } from '@switchboard/contract/callables';
import { paths } from '@switchboard/contract/paths';
import { httpsCallable } from 'firebase/functions';
import { runSchedule } from '../../scripts/lib/schedules.ts';
import { endScene, openShops, runHost, type Shop } from '../support/fleet.ts';
import { newCustomer } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

const CUSTOMERS = 25;

describe('a bulk send, from the call to the phones', () => {
  let admin: Staff;
  let shop: Shop;
  let bulkId: string;

  before(async () => {
    admin = await signInAs('admin');
  });
  afterEach(() => endScene());

  const call = async (name: string, data: unknown) => (await httpsCallable(admin.functions, name)(data)).data;
  const control = async (action: string) =>
    controlBulkSendOutputSchema.parse(await call('controlBulkSend', { bulkId, action }));

  /** Looks at the bulk send as often as it takes, moving it on as Cloud Scheduler would. */
  function whenBulk(what: string, isMet: (bulk: BulkSend) => boolean): Promise<BulkSend> {
    return waitFor(
      async () => {
        await runSchedule(stack.functions(), stack.projectId, 'runBulkSends');
        return bulkSendSchema.parse((await adminFirestore().doc(paths.bulkSend(bulkId)).get()).data());
      },
      isMet,
      { what, timeoutMs: 150_000 },
    );
  }

  async function prepare(): Promise<string[]> {
    const [opened] = await openShops(admin, 1);
    assert.ok(opened);
    shop = opened;
    const { accountId } = shop;
    // Ten may be in the outbox at once, so that much is left when the host dies.
    await call('setAccountLimits', { accountId, limits: { perMinute: 5, newThreadsPerDay: 0 } });
    bulkId = freshId('bulk');
    const phones = await Promise.all(Array.from({ length: CUSTOMERS }, (_, n) => newCustomer(`Customer ${String(n)}`)));
    await call('createBulkSend', { bulkId, accountId, name: 'News', template: 'Hello {{name}}' });
    const recipients = phones.map((phone, n) => ({ phone, variables: { name: String(n) } }));
    await call('addBulkRecipients', { bulkId, startAt: 0, recipients });
    return phones;
  }

  /** What each phone displays, one line per message; a message that arrived twice under its id is displayed once. */
  async function shownTo(phones: readonly string[]): Promise<string[]> {
    const shown = await Promise.all(phones.map((phone) => simulator.messages(phone)));
    return shown.map((messages) => messages.map(({ text }) => text).join('\n'));
  }

  it('reaches everybody once, over a pause and a killed host', async () => {
    const host = await runHost('first');
    const phones = await prepare();
    assert.equal((await control('start')).counts.handed_over, 10);
    await whenBulk('somebody to be reached', ({ counts }) => counts.sent > 0);
    await host.kill();
    await control('pause');
    await runHost('second');
    await call('setAccountLimits', { accountId: shop.accountId, limits: { perMinute: 0 } });
    const paused = await whenBulk('what was handed over to be sent', ({ counts }) => counts.handed_over === 0);
    assert.equal(paused.state, 'paused');
    assert.ok(paused.counts.waiting > 0);
    await control('resume');
    const done = await whenBulk('the bulk send to be done', ({ state }) => state === 'done');
    assert.equal(done.counts.sent, CUSTOMERS);
    assert.deepEqual(
      await shownTo(phones),
      phones.map((_, n) => `Hello ${String(n)}`),
    );
  }).timeout(300_000);

  it('sends nothing after it was cancelled', async () => {
    await runHost('only');
    const phones = await prepare();
    await control('start');
    await whenBulk('somebody to be reached', ({ counts }) => counts.sent > 0);
    await control('cancel');
    const { counts } = await whenBulk('the bulk send to be cancelled', ({ state }) => state === 'cancelled');
    assert.ok(counts.cancelled + counts.waiting > 0);
    const reached = (await shownTo(phones)).filter((shown) => shown !== '').length;
    assert.equal(reached, counts.sent);
    await runSchedule(stack.functions(), stack.projectId, 'runBulkSends');
    const { docs } = await adminFirestore().collection('outbox').where('accountId', '==', shop.accountId).get();
    const waiting = docs.filter((entry) => !['sent', 'cancelled'].includes(String(entry.get('status'))));
    assert.deepEqual(
      waiting.map(({ id }) => id),
      [],
    );
  }).timeout(300_000);
});
