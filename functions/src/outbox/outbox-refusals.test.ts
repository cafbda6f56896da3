import { errorSchema, type FailureCode } from '@switchboard/contract/failure';
import { accountIdOf, bulkRequestIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { createOutboxCounts } from '../store/outbox-counts.ts';
import { onOutboxCreated, type OutboxDeps } from './on-outbox-created.ts';
import { createQuotas, type QuotaLimits } from './quotas.ts';

const CUSTOMER = '+40722000111';
const CUSTOMER_JID = '40722000111@s.whatsapp.net';

describe('an outbox entry is refused, with a code and the field that is wrong,', () => {
  let emulated: EmulatedOutbox;
  let deps: OutboxDeps;
  let agent: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    agent = await emulated.project.addUser('agent');
    deps = emulated.deps;
  });
  after(() => emulated.project.close());

  async function send(fields: Record<string, unknown>): Promise<Record<string, unknown>> {
    const requestId = await emulated.queue({ createdBy: agent, ...fields });
    await onOutboxCreated(deps, requestId);
    return emulated.read(paths.outbox(requestId));
  }

  async function assertRefused(fields: Record<string, unknown>, code: FailureCode, field: string): Promise<void> {
    const entry = await send(fields);
    assert.equal(entry['status'], 'rejected');
    const error = entry['error'];
    assert.ok(typeof error === 'object' && error !== null && 'code' in error && 'field' in error && 'message' in error);
    assert.deepEqual({ code: error.code, field: error.field }, { code, field });
    assert.ok(String(error.message).length > 10);
    assert.ok(entry['expiresAt'] instanceof Timestamp, 'a rejected entry expires');
  }

  const text = (value: unknown) => ({ payload: { kind: 'text', text: value } });
  const to = { toPhone: CUSTOMER };
  const cases: readonly [string, Record<string, unknown>, FailureCode, string][] = [
    ['no text', { ...to, payload: { kind: 'text' } }, 'text_missing', 'payload.text'],
    ['a blank text', { ...to, ...text(' \n ') }, 'text_missing', 'payload.text'],
    ['70,000 characters', { ...to, ...text('x'.repeat(70_000)) }, 'text_too_long', 'payload.text'],
    ['a text that is a number', { ...to, ...text(5) }, 'invalid_request', 'payload.text'],
    ['an unknown kind', { ...to, payload: { kind: 'telepathy' } }, 'invalid_request', 'payload.kind'],
    [
      'an extra field in the payload',
      { ...to, payload: { kind: 'text', text: 'a', bold: true } },
      'invalid_request',
      'payload.bold',
    ],
    ['an extra field', { ...to, waMessageId: '3EB0' }, 'invalid_request', 'waMessageId'],
    ['no recipient', {}, 'invalid_request', 'toPhone'],
    ['two recipients', { ...to, toJid: CUSTOMER_JID }, 'invalid_request', 'toPhone'],
    ['a bad phone', { toPhone: '12' }, 'invalid_phone', 'toPhone'],
    ['a jid that is none', { toJid: 'nobody' }, 'invalid_request', 'toJid'],
    ['a time that is a text', { ...to, createdAt: 'yesterday' }, 'invalid_request', 'createdAt'],
    ['no author', { ...to, createdBy: '' }, 'invalid_request', 'createdBy'],
    ['an author nobody knows', { ...to, createdBy: 'nobody' }, 'unknown_user', 'createdBy'],
    ['an author whose id is a path', { ...to, createdBy: 'a/b' }, 'unknown_user', 'createdBy'],
    ['a thread nobody knows', { threadId: 'nothing' }, 'unknown_thread', 'threadId'],
    ['a thread id that is a path', { threadId: 'a/b' }, 'unknown_thread', 'threadId'],
    ['a thread id Firestore reserves', { threadId: '__all__' }, 'unknown_thread', 'threadId'],
  ];
  for (const [what, fields, code, field] of cases) {
    it(`when it has ${what}`, async () => {
      await assertRefused({ accountId: await emulated.addAccount(), ...fields }, code, field);
    });
  }

  for (const accountId of [accountIdOf('demo', '+40799999999'), 'nonsense', 'a/b']) {
    it(`when there is no account ${accountId}`, () =>
      assertRefused({ ...to, accountId }, 'unknown_account', 'accountId'));
  }

  it('when it comes more than a day late, or is for a time more than a year ahead', async () => {
    const accountId = await emulated.addAccount();
    const inDays = (days: number) => Timestamp.fromMillis(Date.now() + days * 24 * 3_600_000);
    await assertRefused({ ...to, accountId, createdAt: inDays(-1.01) }, 'too_late', 'createdAt');
    await assertRefused({ ...to, accountId, sendAt: inDays(367) }, 'invalid_request', 'sendAt');
    await assertRefused({ ...to, accountId, sendAt: 'tomorrow' }, 'invalid_request', 'sendAt');
  });

  it('when its author, or its account, has too much under way; a bulk send is bounded elsewhere', async () => {
    const accountId = await emulated.addAccount();
    const counts = createOutboxCounts(emulated.project.db);
    const limited = (limits: Partial<QuotaLimits>) => {
      const quotas = createQuotas(counts, { perUserPerMinute: 1_000, waitingPerAccount: 1_000, ...limits }, Date.now);
      return { ...emulated.deps, quotas };
    };
    const outcomeOf = async (router: OutboxDeps, id: string = randomUUID()) => {
      const requestId = await emulated.queue({ createdBy: agent, ...to, accountId }, id);
      await onOutboxCreated(router, requestId);
      const { status, error } = await emulated.read(paths.outbox(requestId));
      if (status !== 'rejected') return status;
      const { code, field, message } = errorSchema.parse(error);
      assert.ok(message.includes(String(field)), message);
      return `${code}: ${String(field)}`;
    };
    const oneWaiting = limited({ waitingPerAccount: 1 });
    assert.equal(await outcomeOf(oneWaiting), 'routed', 'it is the one');
    assert.equal(await outcomeOf(oneWaiting), 'quota_exceeded: accountId');
    assert.equal(await outcomeOf(oneWaiting, bulkRequestIdOf('b1', 'p1')), 'routed');
    const onePerMinute = limited({ perUserPerMinute: 1 });
    assert.equal(await outcomeOf(onePerMinute), 'routed');
    assert.equal(await outcomeOf(onePerMinute), 'quota_exceeded: createdBy');
  });

  it('when the account was deleted, or is about to be', async () => {
    await assertRefused(
      { ...to, accountId: await emulated.addAccount({ status: 'deleted' }) },
      'account_deleted',
      'accountId',
    );
    await assertRefused(
      { ...to, accountId: await emulated.addAccount({ desired: 'deleted' }) },
      'account_deleted',
      'accountId',
    );
  });

  it('when the author only signed in', async () => {
    const accountId = await emulated.addAccount();
    const createdBy = await emulated.project.addUser(null);
    await assertRefused({ ...to, accountId, createdBy }, 'permission_denied', 'createdBy');
  });

  it('when the author was disabled', async () => {
    const accountId = await emulated.addAccount();
    const createdBy = await emulated.project.addUser('agent');
    await emulated.project.auth.updateUser(createdBy, { disabled: true });
    await assertRefused({ ...to, accountId, createdBy }, 'unknown_user', 'createdBy');
  });

  it("when the account is another team's", async () => {
    const accountId = await emulated.addAccount({ team: 'sales' });
    await assertRefused({ ...to, accountId }, 'permission_denied', 'accountId');
    const createdBy = await emulated.project.addUser('admin');
    assert.equal((await send({ ...to, accountId, createdBy }))['status'], 'routed', 'admins see all teams');
  });

  it("when the thread is another account's", async () => {
    const threadId = await emulated.addThread(await emulated.addAccount(), CUSTOMER_JID);
    await assertRefused({ accountId: await emulated.addAccount(), threadId }, 'unknown_thread', 'threadId');
  });

  it('when its id has characters an id may not have', async () => {
    const requestId = await emulated.queue(
      { createdBy: agent, ...to, accountId: await emulated.addAccount() },
      `so so ${randomUUID()}`,
    );
    await onOutboxCreated(deps, requestId);
    assert.deepEqual((await emulated.read(paths.outbox(requestId)))['error'], {
      code: 'invalid_request',
      message: 'The request is malformed: the id must be 1 to 128 letters, digits, "_" or "-".',
      field: 'requestId',
    });
  });

  it('when its id was used for a message before', async () => {
    const accountId = await emulated.addAccount();
    const requestId = await emulated.queue({ createdBy: agent, ...to, accountId });
    await onOutboxCreated(deps, requestId);
    await emulated.project.db.doc(paths.outbox(requestId)).delete();
    await emulated.queue({ createdBy: agent, ...to, accountId, ...text('again') }, requestId);
    await onOutboxCreated(deps, requestId);
    const entry = await emulated.read(paths.outbox(requestId));
    assert.equal(entry['status'], 'rejected');
    const messages = await emulated.project.db.collectionGroup('messages').where('outboxId', '==', requestId).get();
    assert.deepEqual(
      messages.docs.map((message) => String(message.get('body'))),
      ['Good morning'],
    );
  });
});
