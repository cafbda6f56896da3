import { paths } from '@switchboard/contract/paths';
import assert from 'node:assert/strict';
import { runBulkSends } from '../bulk/run-bulk.ts';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { activeBulkIds } from '../store/bulk-progress.ts';
import { BulkScene, people, phoneOf, someone } from './bulk-scene.ts';
import { addBulkRecipients, controlBulkSend, createBulkSend } from './bulk-sends.ts';
import { assertRefused, callerOf } from './refused.ts';

describe('a bulk send', () => {
  let scene: BulkScene;

  before(() => {
    scene = new BulkScene();
  });
  beforeEach(() => scene.renew());
  after(() => scene.emulated.project.close());

  it('reaches everybody once, a few at a time, whoever moves it on and however often', async () => {
    await scene.start(150);
    assert.equal((await scene.entries()).length, 60, 'no more in the outbox than the account sends in two minutes');
    for (let rounds = 0; rounds < 10 && (await scene.read()).state === 'running'; rounds += 1) {
      await Promise.all([1, 2, 3].map(() => scene.run()));
      await scene.settle();
    }
    await scene.run();
    const bulk = await scene.read();
    assert.equal(bulk.state, 'done');
    assert.deepEqual(bulk.counts, { waiting: 0, handed_over: 0, sent: 150, failed: 0, skipped: 0, cancelled: 0 });
    const sent = await scene.entries();
    assert.equal(new Set(sent.map(({ to }) => to)).size, 150);
    assert.equal(sent.length, 150);
    assert.equal(sent.find(({ to }) => to === phoneOf(7))?.text, 'Hello N7');
  });

  it('hands over nobody while it is paused, and goes on where it was', async () => {
    await scene.start(100);
    assert.equal((await scene.control('pause')).state, 'paused');
    await scene.control('pause');
    await scene.settle();
    await scene.run();
    assert.equal(await scene.settle(), 0);
    assert.deepEqual((await scene.read()).counts.sent, 60);
    assert.equal((await scene.control('resume')).state, 'running');
    assert.equal(await scene.settle(), 40);
    await scene.run();
    assert.equal((await scene.read()).state, 'done');
  });

  it('sends nothing after it was cancelled, and takes back what waits', async () => {
    await scene.start(100);
    const answer = await scene.control('cancel');
    assert.equal(answer.state, 'cancelled');
    assert.deepEqual(answer.counts, { waiting: 40, handed_over: 0, sent: 0, failed: 0, skipped: 0, cancelled: 60 });
    assert.deepEqual(new Set((await scene.entries()).map(({ status }) => status)), new Set(['cancelled']));
    await runBulkSends({ ...scene.runner, activeIds: () => activeBulkIds(scene.emulated.project.db) });
    assert.equal((await scene.entries()).length, 60);
    await scene.control('cancel');
    await assertRefused(scene.control('resume'), 'too_late', 'action');
  });

  it('is cancelled to the end by the next run when the call broke off', async () => {
    await scene.start(20);
    const broken = { ...scene.deps, run: () => Promise.resolve() };
    const answer = await controlBulkSend(broken, callerOf(scene.manager), { bulkId: scene.bulkId, action: 'cancel' });
    assert.equal(answer.state, 'cancelling');
    const [first] = await scene.entries();
    assert.ok(first);
    await onOutboxCreated(scene.emulated.deps, first.id);
    await scene.emulated.project.db.doc(paths.outbox(first.id)).update({ status: 'processing' });
    await scene.run();
    assert.equal((await scene.read()).state, 'cancelling', 'what a host has begun goes to its end');
    await scene.emulated.project.db.doc(paths.outbox(first.id)).update({ status: 'sent' });
    await scene.run();
    const { state, counts } = await scene.read();
    assert.deepEqual([state, counts.sent, counts.cancelled], ['cancelled', 1, 19]);
  });

  it('takes back what waits behind an entry whose message cannot be read', async () => {
    await scene.start(3);
    const routed = await scene.entries();
    for (const { id } of routed) await onOutboxCreated(scene.emulated.deps, id);
    const broken = routed.find(({ to }) => to === phoneOf(0))?.id ?? '';
    const { messageRef } = await scene.emulated.read(paths.outbox(broken));
    await scene.emulated.project.db.doc(String(messageRef)).update({ status: 'nonsense' });
    const { state, counts } = await scene.control('cancel');
    assert.deepEqual([state, counts.handed_over, counts.cancelled], ['cancelling', 1, 2]);
    assert.deepEqual(
      (await scene.entries()).filter(({ status }) => status === 'routed').map(({ id }) => id),
      [broken],
    );
  });

  it('passes over who opted out, before or meanwhile, and tells why somebody was not reached', async () => {
    await scene.create();
    const optOut = (index: number) => scene.emulated.addOptOut(scene.accountId, phoneOf(index));
    await optOut(0);
    const added = await scene.add(people(3));
    assert.deepEqual([added.accepted, added.optedOut], [3, 1]);
    await scene.control('start');
    await optOut(1);
    await scene.settle('failed');
    await scene.run();
    assert.deepEqual((await scene.read()).counts, {
      waiting: 0,
      handed_over: 0,
      sent: 0,
      failed: 1,
      skipped: 2,
      cancelled: 0,
    });
    const skipped = (await scene.recipients()).filter(({ state }) => state === 'skipped');
    assert.deepEqual(new Set(skipped.map(({ error }) => error?.code)), new Set(['opted_out']));
  });

  it('says of each recipient what is wrong, and tries the list without storing it', async () => {
    await scene.create();
    const list = [
      someone(0),
      { phone: '0723 000 001', variables: { name: 'Local' } },
      { phone: '12', variables: { name: 'X' } },
      { phone: phoneOf(3) },
      { phone: phoneOf(4), variables: { name: 5 } },
      someone(0),
    ];
    const tried = await scene.add(list, { isDryRun: true, startAt: 100 });
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
    await assertRefused(scene.control('start'), 'invalid_request', 'recipients');
    await scene.add(list);
    await scene.add(list);
    const { counts } = await scene.control('start');
    assert.equal(counts.handed_over + counts.waiting, 2);
    await assertRefused(scene.add(list), 'too_late', 'bulkId');
  });

  it('is refused with the field that is wrong', async () => {
    const agent = callerOf(await scene.emulated.project.addUser('agent'));
    await assertRefused(createBulkSend(scene.deps, agent, {}), 'permission_denied', null);
    await assertRefused(addBulkRecipients(scene.deps, null, {}), 'unauthenticated', null);
    await assertRefused(scene.create({ template: ' ' }), 'invalid_request', 'template');
    await assertRefused(scene.create({ accountId: 'a/b' }), 'unknown_account', 'accountId');
    const others = await scene.emulated.addAccount({ team: 'sales' });
    await assertRefused(scene.create({ accountId: others }), 'permission_denied', 'accountId');
    const deleted = await scene.emulated.addAccount({ desired: 'deleted' });
    await assertRefused(scene.create({ accountId: deleted }), 'account_deleted', 'accountId');
    await assertRefused(scene.control('start'), 'unknown_bulk_send', 'bulkId');
    await scene.create();
    await scene.create();
    await assertRefused(scene.create({ template: 'Other' }), 'invalid_request', 'bulkId');
    await assertRefused(scene.add(people(2), { startAt: 9_999 }), 'invalid_request', 'recipients');
    await assertRefused(scene.add([]), 'invalid_request', 'recipients');
    await assertRefused(scene.control('pause'), 'too_late', 'action');
  });

  it('asks for fewer recipients at a time when a call brings too much text', async () => {
    await scene.create();
    const wordy = people(500).map(({ phone }) => ({ phone, variables: { name: 'x'.repeat(9_000) } }));
    await assertRefused(scene.add(wordy), 'invalid_request', 'recipients');
    await assert.rejects(scene.add(wordy), /recipients: too much text for one call; send fewer recipients at a time/);
    assert.equal(
      (await scene.add(wordy.slice(0, 300))).refused.length,
      300,
      'what is wrong with each is then told by itself',
    );
  });
});
