import { bulkRecipientSchema, bulkSendSchema, type BulkAction } from '@switchboard/contract/bulk';
import type { AddBulkRecipientsOutput } from '@switchboard/contract/callables';
import { optOutIdOf } from '@switchboard/contract/ids';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { runBulk, runBulkSends, type BulkDeps } from '../bulk/run-bulk.ts';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { activeBulkIds, stepBulk } from '../store/bulk-progress.ts';
import { changeBulk, createBulk, readBulkAccount, readOptedOut } from '../store/bulk-sends.ts';
import { changeEntry } from '../store/entries.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { addBulkRecipients, controlBulkSend, createBulkSend, type BulkCallDeps } from './bulk-sends.ts';
import { assertRefused, callerOf } from './refused.ts';

describe('a bulk send', () => {
  let emulated: EmulatedOutbox;
  let deps: BulkCallDeps;
  let runner: BulkDeps;
  let manager: string;
  let accountId: string;
  let bulkId: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    manager = await emulated.project.addUser('manager');
    const { project, staff, deps: router } = emulated;
    const { db } = project;
    runner = {
      step: (id) => stepBulk(db, id),
      change: (requestId, work) => changeEntry(db, requestId, work),
      log: router.log,
    };
    deps = {
      staff,
      readAccount: (id) => readBulkAccount(db, id),
      create: (id, fields, deed) => createBulk(db, id, fields, deed),
      change: (id, work) => changeBulk(db, id, work),
      readOptedOut: (id, phones) => readOptedOut(db, id, phones),
      run: (id) => runBulk(runner, id),
      log: router.log,
    };
  });
  beforeEach(async () => {
    accountId = await emulated.addAccount();
    bulkId = randomUUID();
  });
  after(() => emulated.project.close());

  const phoneOf = (index: number) => `+407230${String(index).padStart(5, '0')}`;
  const create = (fields: Record<string, unknown> = {}) =>
    createBulkSend(deps, callerOf(manager), { bulkId, accountId, name: 'News', template: 'Hello {{name}}', ...fields });
  const add = (recipients: unknown, fields: Record<string, unknown> = {}): Promise<AddBulkRecipientsOutput> =>
    addBulkRecipients(deps, callerOf(manager), { bulkId, startAt: 0, recipients, ...fields });
  const control = (action: BulkAction) => controlBulkSend(deps, callerOf(manager), { bulkId, action });
  const someone = (index: number) => ({ phone: phoneOf(index), variables: { name: `N${String(index)}` } });
  const people = (count: number) => Array.from({ length: count }, (_, index) => someone(index));

  async function start(count: number): Promise<void> {
    await create();
    for (let at = 0; at < count; at += 500) await add(people(count).slice(at, at + 500), { startAt: at });
    await control('start');
  }

  async function entries(): Promise<{ id: string; status: string; to: string; text: string }[]> {
    const { docs } = await emulated.project.db.collection(COLLECTIONS.outbox).where('accountId', '==', accountId).get();
    return docs.map((entry) => ({
      id: entry.id,
      status: String(entry.get('status')),
      to: String(entry.get('toPhone')),
      text: String(entry.get('payload.text')),
    }));
  }

  /** What trigger and host make of the entries that wait. */
  async function settle(end: 'sent' | 'failed' = 'sent'): Promise<number> {
    const waiting = (await entries()).filter(({ status }) => status === 'queued');
    await Promise.all(
      waiting.map(async ({ id }) => {
        await onOutboxCreated(emulated.deps, id);
        const ref = emulated.project.db.doc(paths.outbox(id));
        if ((await ref.get()).get('status') === 'routed') await ref.update({ status: end });
      }),
    );
    return waiting.length;
  }

  const read = async () => bulkSendSchema.parse(await emulated.read(paths.bulkSend(bulkId)));

  it('reaches everybody once, a few at a time, whoever moves it on and however often', async () => {
    await start(150);
    assert.equal((await entries()).length, 60, 'no more in the outbox than the account sends in two minutes');
    for (let rounds = 0; rounds < 10 && (await read()).state === 'running'; rounds += 1) {
      await Promise.all([1, 2, 3].map(() => runBulk(runner, bulkId)));
      await settle();
    }
    await runBulk(runner, bulkId);
    const bulk = await read();
    assert.equal(bulk.state, 'done');
    assert.deepEqual(bulk.counts, { waiting: 0, handed_over: 0, sent: 150, failed: 0, skipped: 0, cancelled: 0 });
    const sent = await entries();
    assert.equal(new Set(sent.map(({ to }) => to)).size, 150);
    assert.equal(sent.length, 150);
    assert.equal(sent.find(({ to }) => to === phoneOf(7))?.text, 'Hello N7');
  });

  it('hands over nobody while it is paused, and goes on where it was', async () => {
    await start(100);
    assert.equal((await control('pause')).state, 'paused');
    await control('pause');
    await settle();
    await runBulk(runner, bulkId);
    assert.equal(await settle(), 0);
    assert.deepEqual((await read()).counts.sent, 60);
    assert.equal((await control('resume')).state, 'running');
    assert.equal(await settle(), 40);
    await runBulk(runner, bulkId);
    assert.equal((await read()).state, 'done');
  });

  it('sends nothing after it was cancelled, and takes back what waits', async () => {
    await start(100);
    const answer = await control('cancel');
    assert.equal(answer.state, 'cancelled');
    assert.deepEqual(answer.counts, { waiting: 40, handed_over: 0, sent: 0, failed: 0, skipped: 0, cancelled: 60 });
    assert.deepEqual(new Set((await entries()).map(({ status }) => status)), new Set(['cancelled']));
    await runBulkSends({ ...runner, activeIds: () => activeBulkIds(emulated.project.db) });
    assert.equal((await entries()).length, 60);
    await control('cancel');
    await assertRefused(control('resume'), 'too_late', 'action');
  });

  it('is cancelled to the end by the next run when the call broke off', async () => {
    await start(20);
    const broken = { ...deps, run: () => Promise.resolve() };
    const answer = await controlBulkSend(broken, callerOf(manager), { bulkId, action: 'cancel' });
    assert.equal(answer.state, 'cancelling');
    const [first] = await entries();
    assert.ok(first);
    await onOutboxCreated(emulated.deps, first.id);
    await emulated.project.db.doc(paths.outbox(first.id)).update({ status: 'processing' });
    await runBulk(runner, bulkId);
    assert.equal((await read()).state, 'cancelling', 'what a host has begun goes to its end');
    await emulated.project.db.doc(paths.outbox(first.id)).update({ status: 'sent' });
    await runBulk(runner, bulkId);
    const { state, counts } = await read();
    assert.deepEqual([state, counts.sent, counts.cancelled], ['cancelled', 1, 19]);
  });

  it('takes back what waits behind an entry whose message cannot be read', async () => {
    await start(3);
    const routed = await entries();
    for (const { id } of routed) await onOutboxCreated(emulated.deps, id);
    const broken = routed.find(({ to }) => to === phoneOf(0))?.id ?? '';
    const { messageRef } = await emulated.read(paths.outbox(broken));
    await emulated.project.db.doc(String(messageRef)).update({ status: 'nonsense' });
    const { state, counts } = await control('cancel');
    assert.deepEqual([state, counts.handed_over, counts.cancelled], ['cancelling', 1, 2]);
    assert.deepEqual(
      (await entries()).filter(({ status }) => status === 'routed').map(({ id }) => id),
      [broken],
    );
  });

  it('passes over who opted out, before or meanwhile, and tells why somebody was not reached', async () => {
    await create();
    const optOut = (index: number) =>
      emulated.project.db.doc(paths.optOut(optOutIdOf(accountId, phoneOf(index)))).set({
        accountId,
        team: 'main',
        phoneE164: phoneOf(index),
        reason: null,
        optedOutAt: Timestamp.now(),
        createdBy: manager,
      });
    await optOut(0);
    const added = await add(people(3));
    assert.deepEqual([added.accepted, added.optedOut], [3, 1]);
    await control('start');
    await optOut(1);
    await settle('failed');
    await runBulk(runner, bulkId);
    assert.deepEqual((await read()).counts, {
      waiting: 0,
      handed_over: 0,
      sent: 0,
      failed: 1,
      skipped: 2,
      cancelled: 0,
    });
    const { docs } = await emulated.project.db.collection(paths.bulkRecipients(bulkId)).get();
    const skipped = docs.map((one) => bulkRecipientSchema.parse(one.data())).filter(({ state }) => state === 'skipped');
    assert.deepEqual(new Set(skipped.map(({ error }) => error?.code)), new Set(['opted_out']));
  });

  it('says of each recipient what is wrong, and tries the list without storing it', async () => {
    await create();
    const list = [
      someone(0),
      { phone: '0723 000 001', variables: { name: 'Local' } },
      { phone: '12', variables: { name: 'X' } },
      { phone: phoneOf(3) },
      { phone: phoneOf(4), variables: { name: 5 } },
      someone(0),
    ];
    const tried = await add(list, { isDryRun: true, startAt: 100 });
    assert.deepEqual(tried.samples, ['Hello N0', 'Hello Local']);
    assert.deepEqual(
      tried.refused.map(({ position, error }) => [position, error.code, error.field]),
      [
        [102, 'invalid_phone', 'phone'],
        [103, 'invalid_request', 'variables'],
        [104, 'invalid_request', 'variables.name'],
        [105, 'invalid_request', 'phone'],
      ],
    );
    await assertRefused(control('start'), 'invalid_request', 'recipients');
    await add(list);
    await add(list);
    const { counts } = await control('start');
    assert.equal(counts.handed_over + counts.waiting, 2);
    await assertRefused(add(list), 'too_late', 'bulkId');
  });

  it('is refused with the field that is wrong', async () => {
    const agent = callerOf(await emulated.project.addUser('agent'));
    await assertRefused(createBulkSend(deps, agent, {}), 'permission_denied', null);
    await assertRefused(addBulkRecipients(deps, null, {}), 'unauthenticated', null);
    await assertRefused(create({ template: ' ' }), 'invalid_request', 'template');
    await assertRefused(create({ accountId: 'a/b' }), 'unknown_account', 'accountId');
    const others = await emulated.addAccount({ team: 'sales' });
    await assertRefused(create({ accountId: others }), 'permission_denied', 'accountId');
    const deleted = await emulated.addAccount({ desired: 'deleted' });
    await assertRefused(create({ accountId: deleted }), 'account_deleted', 'accountId');
    await assertRefused(control('start'), 'unknown_bulk_send', 'bulkId');
    await create();
    await create();
    await assertRefused(create({ template: 'Other' }), 'invalid_request', 'bulkId');
    await assertRefused(add(people(2), { startAt: 9_999 }), 'invalid_request', 'recipients');
    await assertRefused(add([]), 'invalid_request', 'recipients');
    await assertRefused(control('pause'), 'too_late', 'action');
  });

  it('asks for fewer recipients at a time when a call brings too much text', async () => {
    await create();
    const wordy = people(500).map(({ phone }) => ({ phone, variables: { name: 'x'.repeat(9_000) } }));
    await assertRefused(add(wordy), 'invalid_request', 'recipients');
    await assert.rejects(add(wordy), /recipients: too much text for one call; send fewer recipients at a time/);
    assert.equal(
      (await add(wordy.slice(0, 300))).refused.length,
      300,
      'what is wrong with each is then told by itself',
    );
  });
});
