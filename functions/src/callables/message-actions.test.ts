import { auditEntrySchema } from '@switchboard/contract/audit';
import { errorOf } from '@switchboard/contract/failure';
import type { OutboxStatus } from '@switchboard/contract/outbox';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { changeEntry } from '../store/entries.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { cancelMessage, retryMessage, type MessageActionDeps } from './message-actions.ts';
import { assertRefused, callerOf } from './refused.ts';

describe('cancelling and retrying a message', () => {
  let emulated: EmulatedOutbox;
  let deps: MessageActionDeps;
  let agent: string;
  let accountId: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    agent = await emulated.project.addUser('agent');
    accountId = await emulated.addAccount();
    const { staff, project, deps: router } = emulated;
    deps = { staff, log: router.log, change: (requestId, work) => changeEntry(project.db, requestId, work) };
  });
  after(() => emulated.project.close());

  /** A message that has come as far as `status`, by the router and then as a host would leave it. */
  async function addEntry(status: OutboxStatus, fields: Record<string, unknown> = {}): Promise<string> {
    const requestId = await emulated.queue({ createdBy: agent, accountId, toPhone: '+40722000111', ...fields });
    if (status === 'queued') return requestId;
    await onOutboxCreated(emulated.deps, requestId);
    if (status === 'routed' || status === 'scheduled') return requestId;
    const error = status === 'failed' ? errorOf('unacknowledged') : null;
    await emulated.project.db.doc(paths.outbox(requestId)).update({ status, error, attemptCount: 8, built: 'bytes' });
    if (status === 'failed' || status === 'sent') await setMessage(requestId, { status, error });
    return requestId;
  }

  async function messagePathOf(requestId: string): Promise<string> {
    return String((await emulated.read(paths.outbox(requestId)))['messageRef']);
  }

  async function setMessage(requestId: string, fields: Record<string, unknown>): Promise<void> {
    await emulated.project.db.doc(await messagePathOf(requestId)).update(fields);
  }

  const cancel = (requestId: string, uid = agent) => cancelMessage(deps, callerOf(uid), { requestId });
  const retry = (requestId: string, uid = agent) => retryMessage(deps, callerOf(uid), { requestId });

  it('cancels what waits, with its message, and bears being asked twice', async () => {
    const later = { sendAt: Timestamp.fromMillis(Date.now() + 3_600_000) };
    for (const requestId of [await addEntry('routed'), await addEntry('scheduled', later)]) {
      assert.deepEqual(await cancel(requestId), { requestId, status: 'cancelled' });
      await cancel(requestId);
      const entry = await emulated.read(paths.outbox(requestId));
      assert.equal(entry['status'], 'cancelled');
      assert.ok(entry['expiresAt'] instanceof Timestamp);
      assert.equal((await emulated.read(await messagePathOf(requestId)))['status'], 'cancelled');
      const { docs } = await emulated.project.db
        .collection(COLLECTIONS.auditLog)
        .where('target', '==', requestId)
        .get();
      assert.deepEqual(
        docs.map((audit) => auditEntrySchema.parse(audit.data()).action),
        ['message.cancel'],
      );
    }
  });

  it('cancels what no function has routed yet, and then none does', async () => {
    const requestId = await addEntry('queued');
    await cancel(requestId);
    await onOutboxCreated(emulated.deps, requestId);
    assert.equal((await emulated.read(paths.outbox(requestId)))['status'], 'cancelled');
  });

  it('is too late once the message is begun, sent or failed', async () => {
    for (const status of ['processing', 'sent', 'failed'] as const) {
      await assertRefused(cancel(await addEntry(status)), 'too_late', 'requestId');
    }
  });

  it('leaves one winner when a host claims the message at the same moment', async () => {
    const requestId = await addEntry('routed');
    const ref = emulated.project.db.doc(paths.outbox(requestId));
    const { updateTime } = await ref.get();
    const claim = ref.update({ status: 'processing' }, { lastUpdateTime: updateTime ?? Timestamp.now() });
    const results = await Promise.allSettled([cancel(requestId), claim]);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const end = results[0].status === 'fulfilled' ? 'cancelled' : 'processing';
    assert.equal((await ref.get()).get('status'), end);
  });

  it('retries what failed: same id, same bytes, attempts counted anew', async () => {
    const requestId = await addEntry('failed');
    const before = await emulated.read(paths.outbox(requestId));
    assert.deepEqual(await retry(requestId), { requestId, status: 'routed' });
    const entry = await emulated.read(paths.outbox(requestId));
    const { status, attemptCount, error, expiresAt, waMessageId, built } = entry;
    assert.deepEqual(
      { status, attemptCount, error, expiresAt, waMessageId, built },
      {
        status: 'routed',
        attemptCount: 0,
        error: null,
        expiresAt: null,
        waMessageId: before['waMessageId'],
        built: 'bytes',
      },
    );
    assert.deepEqual(entry['nextAttemptAt'], entry['updatedAt'], 'it waits since now');
    const message = await emulated.read(await messagePathOf(requestId));
    assert.deepEqual([message['status'], message['error']], ['queued', null]);
    await retry(requestId);
  });

  it('retries nothing that arrived after all, was sent or was cancelled', async () => {
    const arrived = await addEntry('failed');
    await setMessage(arrived, { status: 'delivered' });
    const cancelled = await addEntry('routed');
    await cancel(cancelled);
    for (const requestId of [arrived, cancelled, await addEntry('sent')]) {
      await assertRefused(retry(requestId), 'too_late', 'requestId');
    }
  });

  it('retries nothing to a customer who opted out, or of a deleted account', async () => {
    const requestId = await addEntry('failed');
    const threadId = String((await emulated.read(paths.outbox(requestId)))['threadId']);
    const thread = emulated.project.db.doc(paths.thread(threadId));
    await thread.update({ optedOutAt: Timestamp.now() });
    await assertRefused(retry(requestId), 'opted_out', 'requestId');
    await thread.update({ optedOutAt: null });
    // Their number was not known of the thread when it was looked for on the list.
    await thread.update({ optOutSoughtAs: '77@lid' });
    const listed = await emulated.addOptOut(accountId, '+40722000111');
    await assertRefused(retry(requestId), 'opted_out', 'requestId');
    await emulated.project.db.doc(listed).delete();
    const account = emulated.project.db.doc(paths.account(accountId));
    await account.update({ desired: 'deleted' });
    await assertRefused(retry(requestId), 'account_deleted', 'requestId');
    await account.update({ desired: 'online' });
  });

  it('is refused to strangers, other teams, and for what is not there', async () => {
    const requestId = await addEntry('routed');
    await assertRefused(cancelMessage(deps, null, { requestId }), 'unauthenticated', null);
    await assertRefused(cancel(requestId, await emulated.project.addUser(null)), 'permission_denied', null);
    const other = await emulated.project.addUser('manager', ['sales']);
    await assertRefused(cancel(requestId, other), 'permission_denied', 'requestId');
    await assertRefused(cancel('nothing'), 'unknown_message', 'requestId');
    await assertRefused(cancelMessage(deps, callerOf(agent), { requestId: 'a/b' }), 'invalid_request', 'requestId');
    const lost = await addEntry('queued', { accountId: 'nonsense' });
    await assertRefused(cancel(lost, other), 'permission_denied', 'requestId');
    await cancel(lost);
  });
});
