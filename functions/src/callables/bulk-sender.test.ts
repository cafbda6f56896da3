import type { BulkSend } from '@switchboard/contract/bulk';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { BulkScene } from './bulk-scene.ts';
import { assertRefused } from './refused.ts';

describe('a bulk send that may not go on', () => {
  let scene: BulkScene;

  before(() => {
    scene = new BulkScene();
  });
  beforeEach(() => scene.renew());
  after(() => scene.emulated.project.close());

  const auth = () => scene.emulated.project.auth;
  const document = (path: string) => scene.emulated.project.db.doc(path);
  const changeAccount = (change: Record<string, unknown>) => document(paths.account(scene.accountId)).update(change);
  const reasonOf = ({ state, error }: BulkSend) => [state, error?.code, error?.field];

  /** Its first 60 were sent, 40 wait. */
  async function startAndSend(): Promise<void> {
    await scene.start(100);
    await scene.settle();
  }

  async function assertNobodyLost(left: number): Promise<void> {
    const states = (await scene.recipients()).map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'waiting').length, left);
    assert.ok(!states.includes('failed'));
    assert.equal((await scene.entries()).length, 100 - left);
  }

  const LOSSES: readonly [string, (uid: string) => Promise<unknown>, RegExp][] = [
    ['was disabled', (uid) => auth().updateUser(uid, { disabled: true }), /cannot sign in/],
    ['was removed', (uid) => auth().deleteUser(uid), /cannot sign in/],
    ['has no role any more', (uid) => auth().setCustomUserClaims(uid, null), /not staff/],
    [
      'is an agent now',
      (uid) => auth().setCustomUserClaims(uid, { role: 'agent', teams: ['main'] }),
      /only admins and managers/,
    ],
    [
      'left the team',
      (uid) => auth().setCustomUserClaims(uid, { role: 'manager', teams: ['sales'] }),
      /belongs to team "main"/,
    ],
  ];
  for (const [what, lose, words] of LOSSES) {
    it(`is paused with the reason when whoever sends it ${what}, and goes on in the name of who resumes it`, async () => {
      await startAndSend();
      const author = scene.manager;
      await lose(author);
      await scene.run();
      const paused = await scene.read();
      assert.deepEqual(reasonOf(paused), ['paused', 'sender_not_allowed', 'sentBy']);
      assert.match(paused.error?.message ?? '', words);
      assert.equal(paused.counts.sent, 60);
      await assertNobodyLost(40);

      const other = await scene.emulated.project.addUser('manager');
      const resumed = await scene.control('resume', other);
      assert.deepEqual([resumed.state, resumed.error], ['running', null]);
      const { createdBy, sentBy } = await scene.read();
      assert.deepEqual([createdBy, sentBy], [author, other]);
      assert.equal(await scene.settle(), 40);
      await scene.run();
      const done = await scene.read();
      assert.deepEqual([done.state, done.counts.sent], ['done', 100]);
      const authors = (await scene.entries()).map((entry) => entry.createdBy);
      assert.deepEqual(
        [author, other].map((uid) => authors.filter((one) => one === uid).length),
        [60, 40],
      );
    });
  }

  it('notes who resumed it in the audit log', async () => {
    await startAndSend();
    await auth().updateUser(scene.manager, { disabled: true });
    await scene.run();
    const other = await scene.emulated.project.addUser('admin');
    await scene.control('resume', other);
    const log = scene.emulated.project.db.collection(COLLECTIONS.auditLog);
    const { docs } = await log.where('target', '==', scene.bulkId).where('action', '==', 'bulk.resume').get();
    assert.deepEqual(
      docs.map((entry): unknown[] => [entry.get('by'), entry.get('details')]),
      [[other, { from: 'paused' }]],
    );
  });

  it('is judged by who sends it, whoever made it', async () => {
    await scene.create();
    await scene.add([{ phone: '+40723000000', variables: { name: 'Ana' } }]);
    const starter = await scene.emulated.project.addUser('manager');
    await auth().updateUser(scene.manager, { disabled: true });
    assert.equal((await scene.control('start', starter)).state, 'running');
    assert.deepEqual(
      (await scene.entries()).map((entry) => entry.createdBy),
      [starter],
    );
  });

  it('is resumed by nobody who may not send it', async () => {
    await startAndSend();
    await auth().setCustomUserClaims(scene.manager, { role: 'agent', teams: ['main'] });
    await scene.run();
    await assertRefused(scene.control('resume'), 'permission_denied', null);
    await auth().setCustomUserClaims(scene.manager, { role: 'manager', teams: ['main'] });
    await scene.run();
    assert.equal((await scene.read()).state, 'paused', 'nobody asked for it');
    assert.equal((await scene.control('resume')).state, 'running');
  });

  it('leaves to the router what was in the outbox', async () => {
    await scene.start(100);
    const [first] = await scene.entries();
    assert.ok(first);
    await onOutboxCreated(scene.emulated.deps, first.id);
    await auth().updateUser(scene.manager, { disabled: true });
    await scene.run();
    assert.equal((await scene.read()).state, 'paused');
    const statuses = (await scene.entries()).map(({ status }) => status);
    assert.deepEqual(
      ['routed', 'queued'].map((one) => statuses.filter((status) => status === one).length),
      [1, 59],
    );
  });

  it('is done all the same where nobody was left to be handed over', async () => {
    await scene.start(20);
    await scene.settle();
    await auth().updateUser(scene.manager, { disabled: true });
    await scene.run();
    assert.deepEqual(reasonOf(await scene.read()), ['done', undefined, undefined]);
  });

  it('goes on in the name of who made it where nobody noted who sends it', async () => {
    await startAndSend();
    const started = document(paths.bulkSend(scene.bulkId));
    await started.update({ sentBy: FieldValue.delete(), error: FieldValue.delete() });
    await scene.run();
    assert.equal(await scene.settle(), 40);
    await scene.run();
    assert.equal((await scene.read()).state, 'done');
  });

  for (const deletion of [{ desired: 'deleted' }, { status: 'deleted' }]) {
    it(`is cancelled with the reason when its account is ${JSON.stringify(deletion)}`, async () => {
      await scene.start(100);
      const [begun] = await scene.entries();
      assert.ok(begun);
      await onOutboxCreated(scene.emulated.deps, begun.id);
      await document(paths.outbox(begun.id)).update({ status: 'processing' });
      await changeAccount(deletion);
      await scene.run();
      assert.deepEqual(reasonOf(await scene.read()), ['cancelling', 'account_deleted', 'accountId']);
      await document(paths.outbox(begun.id)).update({ status: 'sent' });
      await scene.run();
      const cancelled = await scene.read();
      assert.deepEqual(reasonOf(cancelled), ['cancelled', 'account_deleted', 'accountId']);
      assert.ok(cancelled.endedAt);
      assert.deepEqual([cancelled.counts.sent, cancelled.counts.cancelled], [1, 59]);
      await assertNobodyLost(40);
      const reasons = (await scene.recipients()).filter(({ state }) => state === 'cancelled');
      assert.deepEqual(new Set(reasons.map(({ error }) => error?.code)), new Set(['account_deleted']));
    });
  }

  it('is cancelled also while it is paused, and cannot be resumed before', async () => {
    await startAndSend();
    await scene.control('pause');
    await changeAccount({ desired: 'deleted' });
    await assertRefused(scene.control('resume'), 'account_deleted', 'accountId');
    await scene.run();
    assert.deepEqual(reasonOf(await scene.read()), ['cancelled', 'account_deleted', 'accountId']);
    await assertNobodyLost(40);
  });

  it('is cancelled while it is paused also when nobody was left to be handed over', async () => {
    await scene.start(3);
    await scene.control('pause');
    await changeAccount({ desired: 'deleted' });
    await scene.run();
    const cancelled = await scene.read();
    assert.deepEqual(reasonOf(cancelled), ['cancelled', 'account_deleted', 'accountId']);
    assert.deepEqual([cancelled.counts.waiting, cancelled.counts.cancelled], [0, 3]);
    assert.ok(cancelled.endedAt);
  });

  it('waits for an account that is not there, since nobody deleted it', async () => {
    await startAndSend();
    const account = document(paths.account(scene.accountId));
    const stored = await scene.emulated.read(account.path);
    await account.delete();
    await scene.run();
    assert.deepEqual(reasonOf(await scene.read()), ['paused', 'unknown_account', 'accountId']);
    await assertRefused(scene.control('resume'), 'unknown_account', 'accountId');
    await account.set(stored);
    const { state, error, counts } = await scene.control('resume');
    assert.deepEqual([state, error, counts.handed_over], ['running', null, 40]);
  });
});
