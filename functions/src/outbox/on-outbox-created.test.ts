import { identityIdOf, waMessageIdOf } from '@switchboard/contract/ids';
import { messageSchema } from '@switchboard/contract/message';
import { routedOutboxSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { identitySchema, threadSchema } from '@switchboard/contract/thread';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { delivered, recordingLog } from '../store/emulated.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { onOutboxCreated, type OutboxDeps } from './on-outbox-created.ts';

const CUSTOMER = '+40722000111';
const CUSTOMER_JID = '40722000111@s.whatsapp.net';

describe('routing an outbox entry', () => {
  let emulated: EmulatedOutbox;
  let deps: OutboxDeps;
  let log: ReturnType<typeof recordingLog>;
  let agent: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    agent = await emulated.project.addUser('agent');
    log = recordingLog();
    deps = { ...emulated.deps, log };
  });
  after(() => emulated.project.close());

  async function send(fields: Record<string, unknown>): Promise<Record<string, unknown>> {
    const requestId = await emulated.queue({ createdBy: agent, ...fields });
    await onOutboxCreated(deps, requestId);
    return emulated.read(paths.outbox(requestId));
  }

  it('gives a first message to a number a thread, an identity, a message and a WhatsApp id', async () => {
    const accountId = await emulated.addAccount();
    const requestId = await emulated.queue({ createdBy: agent, accountId, toPhone: CUSTOMER });
    await onOutboxCreated(deps, requestId);

    const stored = await emulated.read(paths.outbox(requestId));
    const entry = routedOutboxSchema.parse(stored);
    assert.equal(entry.status, 'routed');
    assert.equal(entry.recipientJid, CUSTOMER_JID);
    assert.equal(entry.waMessageId, waMessageIdOf(accountId, requestId));
    assert.equal(entry.attemptCount, 0);
    assert.equal(stored['team'], 'main');
    assert.equal(stored['expiresAt'], null, 'an entry that was not sent yet must not expire');

    const thread = threadSchema.parse(await emulated.read(paths.thread(entry.threadId)));
    assert.equal(thread.phoneE164, CUSTOMER);
    assert.equal(thread.lastMessageText, 'Good morning');
    assert.equal(thread.lastMessageDirection, 'outbound');
    assert.equal(thread.unreadCount, 0);

    const identity = identitySchema.parse(await emulated.read(paths.identity(identityIdOf(accountId, CUSTOMER_JID))));
    assert.equal(identity.threadId, entry.threadId);

    const message = messageSchema.parse(await emulated.read(paths.message(entry.threadId, entry.waMessageId)));
    assert.equal(message.status, 'queued');
    assert.equal(message.outboxId, requestId);
    assert.equal(message.createdBy, agent);
    assert.equal(message.body, 'Good morning');
  });

  it('uses the thread a number has already, under whatever address it has by now', async () => {
    const accountId = await emulated.addAccount();
    const threadId = await emulated.addThread(accountId, '998877@lid');
    await emulated.project.db.doc(paths.identity(identityIdOf(accountId, CUSTOMER_JID))).set({ threadId });
    const entry = await send({ accountId, toPhone: CUSTOMER });
    assert.equal(entry['threadId'], threadId);
    assert.equal(entry['recipientJid'], '998877@lid');
  });

  it('answers in a thread without touching who has not read what', async () => {
    const accountId = await emulated.addAccount();
    const threadId = await emulated.addThread(accountId, CUSTOMER_JID);
    assert.equal((await send({ accountId, threadId }))['status'], 'routed');
    const thread = threadSchema.parse(await emulated.read(paths.thread(threadId)));
    assert.equal(thread.lastMessageText, 'Good morning');
    assert.equal(thread.unreadCount, 3);
    assert.equal(thread.displayName, 'Ana');
  });

  it('keeps the preview of a newer message when an older entry is routed late', async () => {
    const accountId = await emulated.addAccount();
    const later = Timestamp.fromMillis(Date.now() + 60_000);
    const threadId = await emulated.addThread(accountId, CUSTOMER_JID, { lastMessageAt: later });
    assert.equal((await send({ accountId, threadId }))['status'], 'routed');
    assert.equal((await emulated.read(paths.thread(threadId)))['lastMessageText'], 'before');
  });

  it('reads a local number as it is dialled where the account is', async () => {
    const accountId = await emulated.addAccount({ phoneE164: '+12125550100' });
    assert.equal((await send({ accountId, toPhone: '(212) 555-0123' }))['recipientJid'], '12125550123@s.whatsapp.net');
    const romanian = await emulated.addAccount();
    const swiss = { ...deps, defaultCountry: 'CH' } as const;
    const requestId = await emulated.queue({ createdBy: agent, accountId: romanian, toPhone: '0722 000 111' });
    await onOutboxCreated(swiss, requestId);
    assert.equal((await emulated.read(paths.outbox(requestId)))['recipientJid'], CUSTOMER_JID);
  });

  it('finds the thread of a number by the LID the host learned for it', async () => {
    const accountId = await emulated.addAccount();
    const threadId = await emulated.addThread(accountId, CUSTOMER_JID, { clientJid: '998877@lid', lid: '998877@lid' });
    await emulated.project.db.doc(paths.identity(identityIdOf(accountId, '998877@lid'))).set({ threadId });
    const entry = await send({ accountId, toJid: '998877@lid' });
    assert.deepEqual([entry['threadId'], entry['recipientJid']], [threadId, '998877@lid']);
  });

  it('tells the host who has never written to the account', async () => {
    const accountId = await emulated.addAccount();
    const known = await emulated.addThread(accountId, '1@lid');
    const silent = await emulated.addThread(accountId, '2@lid', { lastInboundAt: null });
    const sent = async (to: Record<string, unknown>) => (await send({ accountId, ...to }))['isFirstContact'];
    assert.equal(await sent({ toPhone: CUSTOMER }), true);
    assert.equal(await sent({ threadId: known }), false);
    assert.equal(await sent({ threadId: silent }), true);
    assert.equal(await sent({ toJid: '123-456@g.us' }), false);
  });

  it('keeps for later what is to be sent later', async () => {
    const accountId = await emulated.addAccount();
    const sendAt = Timestamp.fromMillis(Date.now() + 3_600_000);
    const entry = await send({ accountId, toPhone: CUSTOMER, sendAt });
    assert.equal(entry['status'], 'scheduled');
    assert.deepEqual(entry['nextAttemptAt'], sendAt);
    const soon = await send({ accountId, toPhone: CUSTOMER, sendAt: Timestamp.now() });
    assert.deepEqual([soon['status'], soon['nextAttemptAt']], ['routed', null]);
  });

  it('writes to a group as to a group', async () => {
    const accountId = await emulated.addAccount();
    const entry = await send({ accountId, toJid: '123-456@g.us' });
    const thread = threadSchema.parse(await emulated.read(paths.thread(String(entry['threadId']))));
    assert.equal(thread.isGroup, true);
    assert.equal(thread.phoneE164, null);
  });

  it('does nothing when the same event comes again', async () => {
    const accountId = await emulated.addAccount();
    const requestId = await emulated.queue({ createdBy: agent, accountId, toPhone: CUSTOMER });
    await onOutboxCreated(deps, requestId);
    const first = await emulated.project.db.doc(paths.outbox(requestId)).get();
    await onOutboxCreated(deps, requestId);
    const second = await emulated.project.db.doc(paths.outbox(requestId)).get();
    assert.deepEqual(second.updateTime, first.updateTime);
  });

  it('does not route again what a host already works on', async () => {
    const accountId = await emulated.addAccount();
    const requestId = await emulated.queue({ createdBy: agent, accountId, toPhone: CUSTOMER });
    await onOutboxCreated(deps, requestId);
    await emulated.project.db.doc(paths.outbox(requestId)).update({ status: 'processing', attemptCount: 1 });
    await onOutboxCreated(deps, requestId);
    assert.equal((await emulated.read(paths.outbox(requestId)))['status'], 'processing');
  });

  it('makes one message of events that come at the same time', async () => {
    const accountId = await emulated.addAccount();
    const requestId = await emulated.queue({ createdBy: agent, accountId, toPhone: CUSTOMER });
    await Promise.all([1, 2, 3].map(() => delivered(() => onOutboxCreated(deps, requestId))));
    const entry = await emulated.read(paths.outbox(requestId));
    const messages = await emulated.project.db.collection(paths.messages(String(entry['threadId']))).get();
    assert.equal(entry['status'], 'routed');
    assert.equal(messages.size, 1);
  });

  it('makes one thread of first messages that are sent to a number at the same time', async () => {
    const accountId = await emulated.addAccount();
    const ids = await Promise.all(
      [1, 2, 3].map(() => emulated.queue({ createdBy: agent, accountId, toPhone: CUSTOMER })),
    );
    await Promise.all(ids.map((id) => delivered(() => onOutboxCreated(deps, id))));
    const entries = await Promise.all(ids.map((id) => emulated.read(paths.outbox(id))));
    assert.deepEqual(
      entries.map((entry) => entry['status']),
      ['routed', 'routed', 'routed'],
    );
    assert.equal(new Set(entries.map((entry) => entry['threadId'])).size, 1);
  });

  it('ignores an event whose entry is gone', async () => {
    await onOutboxCreated(deps, randomUUID());
    assert.ok(log.lines.some((line) => line.includes('duplicate event ignored')));
  });

  it('lets in a colleague whose role is a moment old, although they were refused before', async () => {
    const accountId = await emulated.addAccount();
    const createdBy = await emulated.project.addUser('agent', ['sales']);
    assert.equal((await send({ accountId, toPhone: CUSTOMER, createdBy }))['status'], 'rejected');
    await emulated.project.auth.setCustomUserClaims(createdBy, { role: 'agent', teams: ['sales', 'main'] });
    assert.equal((await send({ accountId, toPhone: CUSTOMER, createdBy }))['status'], 'routed');
  });

  it('logs neither text nor recipient', async () => {
    const accountId = await emulated.addAccount();
    await send({ accountId, toPhone: CUSTOMER, payload: { kind: 'text', text: 'a secret' } });
    await send({ accountId, toPhone: '07-not-a-phone' });
    const all = log.lines.join('\n');
    assert.ok(!all.includes('a secret') && !all.includes('722000111') && !all.includes('not-a-phone'));
  });
});
