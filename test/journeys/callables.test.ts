import assert from 'node:assert/strict';
import { errorSchema, type ErrorInfo } from '@switchboard/contract/failure';
import { auditEntrySchema } from '@switchboard/contract/audit';
import { bulkSendSchema } from '@switchboard/contract/bulk';
import { accountOutputSchema, controlBulkSendOutputSchema } from '@switchboard/contract/callables';
import { paths } from '@switchboard/contract/paths';
import { FunctionsError, httpsCallable } from 'firebase/functions';
import { doc, serverTimestamp, setDoc, Timestamp } from 'firebase/firestore';
import { runSchedule } from '../../scripts/lib/schedules.ts';
import { whenOutbox } from '../support/journey.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';

async function call(staff: Staff, name: string, data: unknown): Promise<unknown> {
  return (await httpsCallable(staff.functions, name)(data)).data;
}

/** What a caller is told when they are refused. */
async function refusalOf(work: Promise<unknown>): Promise<ErrorInfo> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FunctionsError, String(error));
  return errorSchema.parse(error.details);
}

describe('callables, as a front end calls them', () => {
  let agent: Staff;
  let manager: Staff;
  let accountId: string;

  before(async () => {
    [agent, manager] = [await signInAs('agent'), await signInAs('manager')];
    const added = await call(manager, 'addAccount', { phone: freshPhone(), name: 'Shop' });
    ({ accountId } = accountOutputSchema.parse(added));
  });
  // Nobody will ever scan its QR code, so no host need go on showing it.
  after(() =>
    adminFirestore()
      .doc(paths.account(accountId))
      .update({ status: 'deleted', desired: 'deleted', pendingRequest: null }),
  );

  it('change an account for a manager, tell it in the audit log, and refuse an agent', async () => {
    const { requestId } = accountOutputSchema.parse(await call(manager, 'disconnectAccount', { accountId }));
    const audit = await adminFirestore()
      .doc(paths.audit(`request_${requestId}`))
      .get();
    assert.equal(auditEntrySchema.parse(audit.data()).action, 'account.disconnect');
    const refusal = await refusalOf(call(agent, 'disconnectAccount', { accountId }));
    assert.deepEqual([refusal.code, refusal.field], ['permission_denied', null]);
  });

  /** @returns the id of a message that is sent in an hour. */
  async function schedule(toPhone: string): Promise<string> {
    const requestId = freshId('scheduled');
    await setDoc(doc(agent.db, paths.outbox(requestId)), {
      accountId,
      toPhone,
      payload: { kind: 'text', text: 'Good morning' },
      sendAt: Timestamp.fromMillis(Date.now() + 3_600_000),
      status: 'queued',
      createdBy: agent.uid,
      createdAt: serverTimestamp(),
    });
    await whenOutbox(requestId, 'scheduled');
    return requestId;
  }

  it('cancel a scheduled message, once and for all', async () => {
    const requestId = await schedule(freshPhone());
    assert.deepEqual(await call(agent, 'cancelMessage', { requestId }), { requestId, status: 'cancelled' });
    const refusal = await refusalOf(call(agent, 'retryMessage', { requestId }));
    assert.deepEqual([refusal.code, refusal.field], ['too_late', 'requestId']);
  });

  it('end what waits for a customer who opts out, and say why', async () => {
    const phone = freshPhone();
    const requestId = await schedule(phone);
    const entry = await waitFor(
      async () => {
        // An event that an overloaded emulator loses comes with the next call, which says the same.
        await call(agent, 'setOptOut', { accountId, phone, isOptedOut: true });
        return adminFirestore().doc(paths.outbox(requestId)).get();
      },
      (seen) => seen.get('status') === 'cancelled',
      { what: 'the message that waits to be cancelled', rest: 5 },
    );
    assert.equal(errorSchema.parse(entry.get('error')).code, 'opted_out');
  });

  it('make a bulk send that reaches the outbox, and takes everything back when it is cancelled', async () => {
    const bulkId = freshId('bulk');
    await call(manager, 'createBulkSend', { bulkId, accountId, name: 'News', template: 'Hello {{name}}' });
    const recipients = Array.from({ length: 80 }, () => ({ phone: freshPhone(), variables: { name: 'Ana' } }));
    await call(manager, 'addBulkRecipients', { bulkId, startAt: 0, recipients });
    const control = async (action: string) =>
      controlBulkSendOutputSchema.parse(await call(manager, 'controlBulkSend', { bulkId, action }));
    const { state, counts } = await control('start');
    assert.deepEqual([state, counts.handed_over, counts.waiting], ['running', 60, 20]);
    await control('cancel');
    await runSchedule(stack.functions(), stack.projectId, 'runBulkSends');
    const reference = adminFirestore().doc(paths.bulkSend(bulkId));
    const isOver = { what: 'the bulk send to be cancelled' };
    const ended = await waitForDocument(reference, bulkSendSchema, (bulk) => bulk.state === 'cancelled', isOver);
    assert.deepEqual([ended.counts.cancelled, ended.counts.sent, ended.counts.handed_over], [60, 0, 0]);
    const left = await adminFirestore().collection('outbox').where('accountId', '==', accountId).get();
    const waiting = left.docs.filter((entry) =>
      ['queued', 'routed', 'scheduled'].includes(String(entry.get('status'))),
    );
    assert.equal(waiting.length, 0);
  });
});
