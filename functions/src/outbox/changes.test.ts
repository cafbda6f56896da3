import { errorOf, errorSchema, type FailureCode } from '@switchboard/contract/failure';
import { messageSchema, type Message } from '@switchboard/contract/message';
import { routedOutboxSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import type { Payload } from '@switchboard/contract/payload';
import { searchTokensOf } from '@switchboard/contract/search';
import { DELETE_WINDOW_MS, EDIT_GRACE_MS, EDIT_WINDOW_MS } from '@switchboard/contract/target';
import { threadSchema } from '@switchboard/contract/thread';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { cancelMessage, retryMessage, type MessageActionDeps } from '../callables/message-actions.ts';
import { assertRefused, callerOf } from '../callables/refused.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { changeEntry } from '../store/entries.ts';
import { onOutboxCreated } from './on-outbox-created.ts';

const CUSTOMER = '40722000111@s.whatsapp.net';

describe('an entry that is about a message', () => {
  let emulated: EmulatedOutbox;
  let actions: MessageActionDeps;
  let agent: string;
  let accountId: string;
  let threadId: string;
  let made = 0;

  before(async () => {
    emulated = new EmulatedOutbox();
    agent = await emulated.project.addUser('agent');
    accountId = await emulated.addAccount();
    threadId = await emulated.addThread(accountId, CUSTOMER);
    const { staff, project, deps } = emulated;
    actions = { staff, log: deps.log, change: (requestId, work) => changeEntry(project.db, requestId, work) };
  });
  after(() => emulated.project.close());

  /** A message of the thread, ours and delivered unless `fields` say otherwise. */
  async function addMessage(fields: Partial<Message> = {}): Promise<string> {
    made += 1;
    const id = `MESSAGE${String(made)}`;
    const message = {
      ...{ accountId, threadId, clientJid: CUSTOMER, direction: 'outbound', kind: 'text', body: 'Good mornig' },
      ...{ status: 'delivered', error: null, waMessageId: id, outboxId: 'o', senderJid: null, senderName: null },
      ...{ tsClient: null, tsServer: Timestamp.now(), createdAt: Timestamp.now(), createdBy: agent, ...fields },
    };
    await emulated.project.db.doc(paths.message(threadId, id)).set(message);
    return id;
  }
  const addTheirs = () => addMessage({ direction: 'inbound', status: 'received', senderJid: CUSTOMER, body: 'Hello?' });

  async function send(payload: Payload, fields: Record<string, unknown> = {}): Promise<string> {
    const requestId = await emulated.queue({ createdBy: agent, accountId, threadId, payload, ...fields });
    await onOutboxCreated(emulated.deps, requestId);
    return requestId;
  }

  /** As a host leaves a change that WhatsApp did not confirm. */
  async function fail(requestId: string, messageId: string): Promise<void> {
    const error = errorOf('unacknowledged');
    await emulated.project.db.doc(paths.outbox(requestId)).update({ status: 'failed', error, attemptCount: 8 });
    await emulated.project.db.doc(paths.message(threadId, messageId)).update({ 'pendingChange.error': error });
  }

  const read = async (id: string) => messageSchema.parse(await emulated.read(paths.message(threadId, id)));
  const entryOf = (requestId: string) => emulated.read(paths.outbox(requestId));
  const countMessages = async () =>
    (await emulated.project.db.collection(paths.messages(threadId)).count().get()).data();

  async function refusalOf(payload: Payload): Promise<{ code: FailureCode; field: string | null }> {
    const entry = await entryOf(await send(payload));
    assert.equal(entry['status'], 'rejected');
    const { code, field } = errorSchema.parse(entry['error']);
    return { code, field };
  }

  it('that answers one carries a copy of it, for staff and for the host', async () => {
    const id = await addTheirs();
    const requestId = await send({ kind: 'text', text: 'Yes, până la 5', quotedId: id });
    const entry = routedOutboxSchema.parse(await entryOf(requestId));
    const { quotedId, quoted, team, searchTokens } = await read(entry.waMessageId);
    const copy = { id, direction: 'inbound', senderJid: CUSTOMER, kind: 'text', body: 'Hello?' };
    assert.deepEqual([quotedId, quoted, team], [id, copy, 'main']);
    assert.deepEqual(searchTokens, searchTokensOf('yes pana la 5'));
    assert.ok(entry.target?.sentAt);
    assert.deepEqual({ ...entry.target, sentAt: null }, { ...copy, sentAt: null });
    const thread = threadSchema.parse(await emulated.read(paths.thread(threadId)));
    assert.deepEqual([thread.lastMessageText, thread.lastMessageId], ['Yes, până la 5', entry.waMessageId]);
  });

  it('that changes one shows on it as pending, and makes no message, no preview and no first contact', async () => {
    await emulated.project.db.doc(paths.thread(threadId)).update({ lastInboundAt: null });
    const [mine, thread, before] = [
      await addMessage(),
      await emulated.read(paths.thread(threadId)),
      await countMessages(),
    ];
    const changes: readonly [Payload, Record<string, unknown>][] = [
      [
        { kind: 'reaction', targetId: mine, emoji: '👍' },
        { kind: 'reaction', emoji: '👍', text: null },
      ],
      [
        { kind: 'reaction', targetId: mine, emoji: null },
        { kind: 'reaction', emoji: null, text: null },
      ],
      [
        { kind: 'edit', targetId: mine, text: 'Good morning' },
        { kind: 'edit', emoji: null, text: 'Good morning' },
      ],
      [
        { kind: 'delete', targetId: mine },
        { kind: 'delete', emoji: null, text: null },
      ],
    ];
    for (const [payload, shown] of changes) {
      const requestId = await send(payload);
      const entry = await entryOf(requestId);
      assert.deepEqual([entry['status'], entry['isFirstContact']], ['routed', false]);
      assert.equal(entry['messageRef'], paths.message(threadId, mine));
      const { pendingChange, body } = await read(mine);
      assert.deepEqual(pendingChange, { ...shown, outboxId: requestId, at: entry['createdAt'], error: null });
      assert.equal(body, 'Good mornig');
    }
    assert.equal((await countMessages()).count, before.count);
    assert.deepEqual(await emulated.read(paths.thread(threadId)), thread);
  });

  it('is refused when it may not be done, with the code and the field', async () => {
    const [mine, theirs] = [await addMessage(), await addTheirs()];
    const ago = (ms: number) => Timestamp.fromMillis(Date.now() - ms);
    const old = await addMessage({ tsServer: ago(EDIT_WINDOW_MS + 60_000), createdAt: ago(0) });
    const ancient = await addMessage({ tsServer: ago(DELETE_WINDOW_MS + 60_000) });
    const waiting = await addMessage({ status: 'queued' });
    const gone = await addMessage({ deletedAt: Timestamp.now() });
    const cases: readonly [Payload, FailureCode][] = [
      [{ kind: 'edit', targetId: theirs, text: 'a' }, 'target_not_ours'],
      [{ kind: 'delete', targetId: theirs }, 'target_not_ours'],
      [{ kind: 'edit', targetId: old, text: 'a' }, 'edit_window_passed'],
      [{ kind: 'delete', targetId: ancient }, 'delete_window_passed'],
      [{ kind: 'reaction', targetId: waiting, emoji: '👍' }, 'target_not_sent'],
      [{ kind: 'delete', targetId: gone }, 'target_deleted'],
      [{ kind: 'reaction', targetId: 'NOTHING', emoji: '👍' }, 'target_unknown'],
      [{ kind: 'delete', targetId: 'a/b' }, 'target_unknown'],
    ];
    for (const [payload, code] of cases) {
      assert.deepEqual(await refusalOf(payload), { code, field: 'payload.targetId' });
    }
    assert.equal((await refusalOf({ kind: 'text', text: 'a', quotedId: 'NOTHING' })).field, 'payload.quotedId');
    for (const id of [mine, theirs, old, ancient, waiting]) assert.equal((await read(id)).pendingChange, null);
    const ofOther = await emulated.addThread(accountId, '40744000111@s.whatsapp.net');
    const entry = await entryOf(await send({ kind: 'delete', targetId: mine }, { threadId: ofOther }));
    assert.equal(errorSchema.parse(entry['error']).code, 'target_unknown', 'it is of another thread');
    const nobody = { accountId, toPhone: '+40755000111', payload: { kind: 'delete', targetId: mine } };
    const first = await emulated.queue({ createdBy: agent, ...nobody });
    await onOutboxCreated(emulated.deps, first);
    assert.equal(errorSchema.parse((await entryOf(first))['error']).code, 'target_unknown', 'there is no thread');
  });

  it('to a customer who wants no messages: only what was said can be taken back', async () => {
    const optedOut = { optedOutAt: Timestamp.now(), lastInboundAt: Timestamp.fromMillis(0) };
    const mine = await addMessage();
    await emulated.project.db.doc(paths.thread(threadId)).update(optedOut);
    assert.equal((await refusalOf({ kind: 'reaction', targetId: mine, emoji: '👍' })).code, 'opted_out');
    const deletion = await send({ kind: 'delete', targetId: mine });
    assert.equal((await entryOf(deletion))['status'], 'routed');
    await fail(deletion, mine);
    await retryMessage(actions, callerOf(agent), { requestId: deletion });
    assert.equal((await entryOf(deletion))['status'], 'routed', 'again');
    await emulated.project.db.doc(paths.thread(threadId)).update({ optedOutAt: null });
  });

  it('is cancelled, and shows no more', async () => {
    const mine = await addMessage();
    const requestId = await send({ kind: 'edit', targetId: mine, text: 'a' });
    await cancelMessage(actions, callerOf(agent), { requestId });
    assert.equal((await read(mine)).pendingChange, null);
    assert.equal((await read(mine)).status, 'delivered', 'the message itself is as it was');
  });

  it('is retried when it failed, unless a newer one took its place', async () => {
    const mine = await addMessage();
    const requestId = await send({ kind: 'edit', targetId: mine, text: 'a' });
    await fail(requestId, mine);
    await retryMessage(actions, callerOf(agent), { requestId });
    const entry = await entryOf(requestId);
    assert.deepEqual([entry['status'], entry['attemptCount']], ['routed', 0]);
    assert.equal((await read(mine)).pendingChange?.error, null);
    await fail(requestId, mine);
    await send({ kind: 'edit', targetId: mine, text: 'b' });
    await assertRefused(retryMessage(actions, callerOf(agent), { requestId }), 'too_late', 'requestId');
    assert.equal((await read(mine)).pendingChange?.text, 'b');
  });

  it('is not retried once nobody’s app would take it any more, though it may be later than when it is asked for', async () => {
    const failedOf = async (payload: Payload, targetAgeMs: number): Promise<string> => {
      const requestId = await send(payload);
      const error = errorOf('refused_by_whatsapp');
      const sentAt = Timestamp.fromMillis(Date.now() - targetAgeMs);
      await emulated.project.db
        .doc(paths.outbox(requestId))
        .update({ status: 'failed', error, 'target.sentAt': sentAt });
      await emulated.project.db.doc(paths.message(threadId, mine)).update({ 'pendingChange.error': error });
      return requestId;
    };
    const mine = await addMessage();
    const edit: Payload = { kind: 'edit', targetId: mine, text: 'a' };
    const late = await failedOf(edit, EDIT_WINDOW_MS + EDIT_GRACE_MS + 60_000);
    await assertRefused(retryMessage(actions, callerOf(agent), { requestId: late }), 'edit_window_passed', 'requestId');
    const ancient = await failedOf({ kind: 'delete', targetId: mine }, DELETE_WINDOW_MS + 60_000);
    const retried = retryMessage(actions, callerOf(agent), { requestId: ancient });
    await assertRefused(retried, 'delete_window_passed', 'requestId');
    const requestId = await failedOf(edit, EDIT_WINDOW_MS + 60_000);
    await retryMessage(actions, callerOf(agent), { requestId });
    assert.equal((await entryOf(requestId))['status'], 'routed');
  });
});
