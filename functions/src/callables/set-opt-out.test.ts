import type { FailureCode } from '@switchboard/contract/failure';
import { bulkRequestIdOf, identityIdOf, optOutIdOf } from '@switchboard/contract/ids';
import { optOutSchema } from '@switchboard/contract/opt-out';
import { paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { changeOptOut } from '../store/opt-outs.ts';
import { readTeam, readThreadPhones } from '../store/thread-phones.ts';
import { cleanupDuplicates } from './cleanup-duplicates.ts';
import { assertRefused, callerOf } from './refused.ts';
import { setOptOut, type OptOutDeps } from './set-opt-out.ts';

const PHONE = '+40722000111';
const JID = '40722000111@s.whatsapp.net';

describe('a customer who wants no more messages', () => {
  let emulated: EmulatedOutbox;
  let deps: OptOutDeps;
  let agent: string;
  let manager: string;
  let accountId: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    [agent, manager] = [await emulated.project.addUser('agent'), await emulated.project.addUser('manager')];
    const { project, staff, deps: router } = emulated;
    deps = { staff, log: router.log, change: (id, work) => changeOptOut(project.db, id, work) };
  });
  beforeEach(async () => {
    accountId = await emulated.addAccount();
  });
  after(() => emulated.project.close());

  async function send(fields: Record<string, unknown>, id: string = randomUUID()): Promise<string> {
    const requestId = await emulated.queue({ createdBy: agent, accountId, ...fields }, id);
    await onOutboxCreated(emulated.deps, requestId);
    const entry = await emulated.read(paths.outbox(requestId));
    const error = entry['error'];
    if (typeof error !== 'object' || error === null || !('code' in error) || !('field' in error)) {
      return String(entry['status']);
    }
    const code: FailureCode = 'opted_out';
    assert.equal(error.code, code);
    return String(error.field);
  }

  const optOut = (fields: Record<string, unknown>, uid = agent) =>
    setOptOut(deps, callerOf(uid), { accountId, isOptedOut: true, ...fields });

  /** The customer writes, by the clock the wish is stamped by: by another it could be the same millisecond. */
  const write = (threadId: string) =>
    emulated.project.db.doc(paths.thread(threadId)).update({ lastInboundAt: FieldValue.serverTimestamp() });

  it('gets none, whether there is a thread with them or not, until the wish is lifted', async () => {
    await optOut({ phone: '0722 000 111', reason: 'STOP' });
    const stored = optOutSchema.parse(await emulated.read(paths.optOut(optOutIdOf(accountId, PHONE))));
    assert.deepEqual([stored.reason, stored.createdBy, stored.phoneE164], ['STOP', agent, PHONE]);
    assert.equal(await send({ toPhone: PHONE }), 'toPhone');
    assert.equal(await send({ toJid: JID }), 'toJid');
    await setOptOut(deps, callerOf(manager), { accountId, phone: PHONE, isOptedOut: false });
    assert.equal(await send({ toPhone: PHONE }), 'routed');
    await optOut({ phone: PHONE });
    assert.equal(await send({ toPhone: PHONE }), 'toPhone');
  });

  it('is answered by hand once they write again, but by no bulk send', async () => {
    const threadId = await emulated.addThread(accountId, '9988@lid', { phoneE164: PHONE });
    await emulated.project.db.doc(paths.identity(identityIdOf(accountId, JID))).set({ threadId });
    await optOut({ threadId });
    assert.equal(await send({ threadId }), 'threadId');
    await write(threadId);
    assert.equal(await send({ threadId }), 'routed');
    assert.equal(await send({ toPhone: PHONE }, bulkRequestIdOf('b1', randomUUID())), 'toPhone');
  });

  it('gets no bulk message in a thread that began after they said so', async () => {
    await optOut({ phone: PHONE });
    const threadId = await emulated.addThread(accountId, JID, { phoneE164: PHONE });
    assert.equal(await send({ threadId }, bulkRequestIdOf('b2', randomUUID())), 'threadId');
  });

  it('gets nothing by hand either in a thread that began after they said so, until they write', async () => {
    await optOut({ phone: PHONE });
    const threadId = await emulated.addThread(accountId, JID, { phoneE164: PHONE });
    assert.equal(await send({ threadId }), 'threadId');
    const { optedOutAt } = await emulated.read(paths.optOut(optOutIdOf(accountId, PHONE)));
    assert.deepEqual((await emulated.read(paths.thread(threadId)))['optedOutAt'], optedOutAt, 'the thread says it now');
    assert.equal(await send({ threadId }), 'threadId');
    await write(threadId);
    assert.equal(await send({ threadId }), 'routed');
  });

  it('is answered by hand in a thread they began themselves after they said so', async () => {
    await optOut({ phone: PHONE });
    const threadId = await emulated.addThread(accountId, JID, { phoneE164: PHONE });
    await write(threadId);
    assert.equal(await send({ threadId }), 'routed');
  });

  it('is looked for on the list once in each thread', async () => {
    const threadId = await emulated.addThread(accountId, JID, { phoneE164: PHONE });
    const [hidden, unknown] = [await emulated.addThread(accountId, '4433@lid'), '+40722000222'];
    const toAll = async () => [
      await send({ threadId }),
      await send({ threadId: hidden }),
      await send({ toPhone: unknown }),
    ];
    assert.deepEqual(await toAll(), ['routed', 'routed', 'routed']);
    // Put on the list alone, which nobody does, they would be found there.
    for (const key of [PHONE, '4433@lid', unknown]) await emulated.addOptOut(accountId, key);
    assert.deepEqual(await toAll(), ['routed', 'routed', 'routed']);
  });

  it('is looked for again once the number is known of a thread, or is another', async () => {
    const threadId = await emulated.addThread(accountId, '4433@lid');
    const learn = (phoneE164: string) => emulated.project.db.doc(paths.thread(threadId)).update({ phoneE164 });
    await optOut({ phone: PHONE });
    assert.equal(await send({ threadId }), 'routed', 'nobody knows yet that it is them');
    await learn('+40722000222');
    assert.equal(await send({ threadId }), 'routed', 'it is somebody else');
    await learn(PHONE);
    assert.equal(await send({ threadId }), 'threadId');
  });

  it('is refused in each of their threads, whether they or nobody wrote there before, until the wish is lifted', async () => {
    const threads = [
      await emulated.addThread(accountId, '77@lid', { phoneE164: PHONE }),
      await emulated.addThread(accountId, '88@lid', { phoneE164: PHONE }),
      // Their number leads to it, and it does not show the number.
      await emulated.addThread(accountId, '99@lid'),
    ];
    const leading = { threadId: threads[2] };
    await emulated.project.db.doc(paths.identity(identityIdOf(accountId, JID))).set(leading);
    const toEach = async () => {
      const ends = [];
      for (const threadId of threads) ends.push(await send({ threadId }));
      return ends;
    };
    assert.deepEqual(await toEach(), ['routed', 'routed', 'routed']);
    for (const named of [{ phone: PHONE }, { threadId: threads[0] }]) {
      await optOut(named);
      assert.deepEqual(await toEach(), ['threadId', 'threadId', 'threadId']);
      await setOptOut(deps, callerOf(manager), { accountId, ...named, isOptedOut: false });
      assert.deepEqual(await toEach(), ['routed', 'routed', 'routed']);
    }
  });

  it('is taken off the list by number also where they are on it by the address they had', async () => {
    const threadId = await emulated.addThread(accountId, '4433@lid');
    await optOut({ threadId });
    await emulated.project.db.doc(paths.thread(threadId)).update({ phoneE164: PHONE });
    await setOptOut(deps, callerOf(manager), { accountId, phone: PHONE, isOptedOut: false });
    const listed = await emulated.project.db.collection('optOuts').where('accountId', '==', accountId).get();
    assert.deepEqual([listed.size, await send({ threadId })], [0, 'routed']);
  });

  it('is known by address where their number is hidden', async () => {
    const threadId = await emulated.addThread(accountId, '5566@lid');
    await optOut({ threadId });
    assert.equal(await send({ toJid: '5566@lid' }), 'toJid');
  });

  it('is refused with the field that is wrong', async () => {
    await assertRefused(optOut({}), 'invalid_request', 'phone');
    await assertRefused(optOut({ phone: '12' }), 'invalid_phone', 'phone');
    await assertRefused(optOut({ threadId: 'nothing' }), 'unknown_thread', 'threadId');
    await assertRefused(optOut({ phone: PHONE, accountId: 'nonsense' }), 'unknown_account', 'accountId');
    await assertRefused(optOut({ phone: PHONE, isOptedOut: false }), 'permission_denied', null);
    const other = await emulated.project.addUser('agent', ['sales']);
    await assertRefused(optOut({ phone: PHONE }, other), 'permission_denied', 'accountId');
    await assertRefused(setOptOut(deps, null, {}), 'unauthenticated', null);
  });

  it('is found when they have two threads', async () => {
    const ids = [
      await emulated.addThread(accountId, JID, { phoneE164: PHONE }),
      await emulated.addThread(accountId, '77@lid', { phoneE164: PHONE }),
    ];
    await emulated.addThread(accountId, '88@lid', { phoneE164: '+40722000222' });
    const { db } = emulated.project;
    const found = await cleanupDuplicates(
      {
        staff: emulated.staff,
        teamOf: (id) => readTeam(db, id),
        readPhones: (id, by) => readThreadPhones(db, id, by),
        log: emulated.deps.log,
      },
      callerOf(manager),
      { accountId },
    );
    assert.equal(found.looked, 3);
    assert.deepEqual(
      found.duplicates.map(({ phone, threadIds }) => [phone, [...threadIds].sort()]),
      [['+407****11', [...ids].sort()]],
    );
  });
});
