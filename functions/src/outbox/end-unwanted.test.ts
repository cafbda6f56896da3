import { errorOf, errorSchema, type ErrorInfo } from '@switchboard/contract/failure';
import { bulkRequestIdOf, optOutIdOf } from '@switchboard/contract/ids';
import { messageSchema } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { callerOf } from '../callables/refused.ts';
import { setOptOut, type OptOutDeps } from '../callables/set-opt-out.ts';
import { delivered } from '../store/emulated.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { changeEntry } from '../store/entries.ts';
import { changeOptOut, readOptOut, unsettledIn } from '../store/opt-outs.ts';
import type { OutboxStore } from '../store/outbox.ts';
import { endUnwanted, type EndUnwantedDeps } from './end-unwanted.ts';
import { onOutboxCreated } from './on-outbox-created.ts';

const PHONE = '+40722000111';
const OPTED_OUT: ErrorInfo = errorOf('opted_out');
const tomorrow = () => Timestamp.fromMillis(Date.now() + 24 * 3_600_000);

describe('what waits for a customer who opts out', () => {
  let emulated: EmulatedOutbox;
  let deps: EndUnwantedDeps;
  let manager: string;
  let accountId: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    manager = await emulated.project.addUser('manager');
    const { db } = emulated.project;
    deps = {
      read: (optOutId) => readOptOut(db, optOutId),
      unsettledIn: (threadId) => unsettledIn(db, threadId),
      change: (requestId, work) => changeEntry(db, requestId, work),
      log: emulated.deps.log,
    };
  });
  beforeEach(async () => {
    accountId = await emulated.addAccount();
  });
  after(() => emulated.project.close());

  const bulkId = () => bulkRequestIdOf('b', randomUUID());

  async function route(fields: Record<string, unknown> = {}, id: string = randomUUID()): Promise<string> {
    const recipient = fields['threadId'] === undefined ? { toPhone: PHONE } : {};
    const requestId = await emulated.queue({ createdBy: manager, accountId, ...recipient, ...fields }, id);
    await onOutboxCreated(emulated.deps, requestId);
    return requestId;
  }

  /** As a host does that has to put it off. */
  async function putOff(requestId: string): Promise<string> {
    const postponed = { status: 'scheduled', nextAttemptAt: tomorrow(), error: errorOf('new_threads_capped') };
    await change(paths.outbox(requestId), postponed);
    return requestId;
  }

  const change = (path: string, fields: Record<string, unknown>) => emulated.project.db.doc(path).update(fields);

  async function set(isOptedOut: boolean, customer: Record<string, string> = { phone: PHONE }): Promise<void> {
    const { staff, project, deps: router } = emulated;
    const calls: OptOutDeps = { staff, log: router.log, change: (id, work) => changeOptOut(project.db, id, work) };
    await setOptOut(calls, callerOf(manager), { accountId, isOptedOut, ...customer });
  }

  const deliver = (to = deps) => endUnwanted(to, optOutIdOf(accountId, PHONE));

  /** The call, and then its event. */
  async function wish(isOptedOut: boolean, customer?: Record<string, string>): Promise<void> {
    await set(isOptedOut, customer);
    await deliver();
  }

  async function endOf(requestId: string): Promise<{ status: unknown; error: unknown }> {
    const { status, error } = await emulated.read(paths.outbox(requestId));
    return { status, error };
  }

  async function messageOf(requestId: string): Promise<{ status: unknown; error: unknown }> {
    const { messageRef } = await emulated.read(paths.outbox(requestId));
    const { status, error } = messageSchema.parse(await emulated.read(String(messageRef)));
    return { status, error };
  }

  async function threadOf(requestId: string): Promise<string> {
    return String((await emulated.read(paths.outbox(requestId)))['threadId']);
  }

  it('is cancelled with the reason, and so are the messages staff see: routed, put off, planned, by bulk or by hand', async () => {
    const waiting = [
      await route(),
      await route({}, bulkId()),
      await route({ sendAt: tomorrow() }),
      await putOff(await route()),
      await putOff(await route({}, bulkId())),
    ];
    const toAnother = await route({ toPhone: '+40722000222' });
    await wish(true);
    for (const requestId of waiting) {
      assert.deepEqual(await endOf(requestId), { status: 'cancelled', error: OPTED_OUT });
      assert.deepEqual(await messageOf(requestId), { status: 'cancelled', error: OPTED_OUT });
      assert.ok((await emulated.read(paths.outbox(requestId)))['expiresAt'] instanceof Timestamp);
    }
    assert.equal((await endOf(toAnother)).status, 'routed');
  });

  it('stays cancelled when the event comes again, and when the wish is lifted', async () => {
    const requestId = await route();
    await wish(true);
    const before = await emulated.read(paths.outbox(requestId));
    await deliver();
    await wish(false);
    assert.deepEqual(await emulated.read(paths.outbox(requestId)), before);
    const later = await route();
    await deliver();
    assert.equal((await endOf(later)).status, 'routed', 'an event of before the wish was lifted ends nothing');
  });

  it('is what the router would refuse, nothing more: not a deletion, nor an answer to who wrote since', async () => {
    const sent = await route();
    const threadId = await threadOf(sent);
    const { waMessageId } = await emulated.read(paths.outbox(sent));
    await change(paths.outbox(sent), { status: 'sent' });
    await change(paths.message(threadId, String(waMessageId)), { status: 'sent', tsServer: Timestamp.now() });
    const deletion = await route({ threadId, payload: { kind: 'delete', targetId: waMessageId } });
    const [byHand, byBulk] = [await route({ threadId }), await route({}, bulkId())];
    // They write again before the event of their wish is delivered.
    await change(paths.thread(threadId), { lastInboundAt: tomorrow() });
    await wish(true);
    assert.deepEqual(await endOf(deletion), { status: 'routed', error: null });
    assert.deepEqual(await endOf(byHand), { status: 'routed', error: null });
    assert.deepEqual(await endOf(byBulk), { status: 'cancelled', error: OPTED_OUT });
    assert.equal((await endOf(sent)).status, 'sent');
  });

  it('is found in the thread the number leads to, when the wish was told in a second one', async () => {
    const second = await emulated.addThread(accountId, '77@lid', { phoneE164: PHONE });
    const waiting = [await route({}, bulkId()), await route(), await route({ threadId: second })];
    await wish(true, { threadId: second });
    for (const requestId of waiting)
      assert.deepEqual(await endOf(requestId), { status: 'cancelled', error: OPTED_OUT });
  });

  it('is found in a thread that came to their number only after the wish was written', async () => {
    const threadId = await emulated.addThread(accountId, '77@lid');
    const byHand = await route({ threadId });
    await set(true);
    await change(paths.thread(threadId), { phoneE164: PHONE });
    await deliver();
    assert.deepEqual(await endOf(byHand), { status: 'cancelled', error: OPTED_OUT });
  });

  it('is left while a host has begun it, and looked for again until it is sent or given back', async () => {
    const [begun, sent, other] = [await route(), await route(), await route()];
    for (const requestId of [begun, sent]) await change(paths.outbox(requestId), { status: 'processing' });
    await assert.rejects(wish(true), /2 messages/);
    assert.deepEqual(await endOf(other), { status: 'cancelled', error: OPTED_OUT }, 'the others are not held up');
    assert.deepEqual(await endOf(begun), { status: 'processing', error: null });
    await change(paths.outbox(sent), { status: 'sent' });
    await change(paths.outbox(begun), { status: 'routed' });
    await deliver();
    assert.deepEqual(await endOf(begun), { status: 'cancelled', error: OPTED_OUT });
    assert.equal((await endOf(sent)).status, 'sent');
  });

  it('is ended as far as it can be when one breaks, and the rest with the next event', async () => {
    const [first, second] = [await route(), await route()];
    const broken = first < second ? first : second;
    const breaking: EndUnwantedDeps = {
      ...deps,
      change: (requestId, work) =>
        requestId === broken ? Promise.reject(new Error('Firestore is away')) : deps.change(requestId, work),
    };
    await set(true);
    await assert.rejects(deliver(breaking), /1 messages/);
    assert.equal((await endOf(broken === first ? second : first)).status, 'cancelled');
    await deliver();
    assert.equal((await endOf(broken)).status, 'cancelled');
  });

  it('is refused or ended when the wish is written at the moment in which it is routed', async () => {
    for (const id of [randomUUID(), randomUUID(), bulkId()]) {
      let writing: Promise<void> | undefined;
      // The router has read all it reads, and found no wish.
      const outbox: OutboxStore = {
        settle: (requestId, work, seen) =>
          emulated.outbox.settle(
            requestId,
            async (entry) => {
              const outcome = await work(entry);
              writing ??= delivered(() => set(true));
              return outcome;
            },
            seen,
          ),
      };
      const requestId = await emulated.queue({ createdBy: manager, accountId, toPhone: PHONE }, id);
      await delivered(() => onOutboxCreated({ ...emulated.deps, outbox }, requestId));
      await writing;
      await deliver();
      const { status, error } = await endOf(requestId);
      assert.match(String(status), /^(rejected|cancelled)$/);
      assert.equal(errorSchema.parse(error).code, 'opted_out');
      await wish(false);
    }
  });
});
