import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MessageStatus } from '@switchboard/contract/message';
import { Timestamp, type DocumentReference, type Firestore } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';
import { systemClock } from '../clock.ts';
import { handClock } from '../hand-clock.ts';
import { emulatedFirestore, freshId } from './emulator.ts';
import { MessageStatusWriter } from './message-status.ts';

const ACCOUNT = 'account_status';

async function makeMessage(
  db: Firestore,
  accountId = ACCOUNT,
): Promise<{ id: string; reference: DocumentReference; stored: () => Promise<MessageStatus> }> {
  const [id, threadId] = [freshId('3EB0'), freshId('thread')];
  const reference = db.doc(`threads/${threadId}/messages/${id}`);
  await reference.set({ accountId, threadId, waMessageId: id, status: 'queued', error: null });
  return { id, reference, stored: async () => (await reference.get()).get('status') as MessageStatus };
}

describe('the status of a message in Firestore', () => {
  const db = emulatedFirestore();

  it('ends at the highest status, in whatever order and however close receipts come', async () => {
    const outbound: MessageStatus[] = ['sending', 'sent', 'delivered', 'read', 'played'];
    const shuffled = fc.shuffledSubarray(outbound, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(shuffled, async (statuses) => {
        const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
        const { id, stored } = await makeMessage(db);
        await Promise.all(statuses.map((status) => writer.raise({ waMessageId: id, status })));
        const highest = outbound.filter((status) => statuses.includes(status)).at(-1);
        assert.equal(await stored(), highest);
      }),
      { numRuns: 25 },
    );
  });

  it('never falls back, even for a writer that has just started', async () => {
    const { id, stored } = await makeMessage(db);
    await new MessageStatusWriter(db, ACCOUNT, systemClock).raise({ waMessageId: id, status: 'read' });
    await new MessageStatusWriter(db, ACCOUNT, systemClock).raise({ waMessageId: id, status: 'delivered' });
    assert.equal(await stored(), 'read');
  });

  it('is looked up with what was told of it a moment ago, and has not been written', async () => {
    const writer = new MessageStatusWriter(db, ACCOUNT, handClock());
    const { id } = await makeMessage(db);
    const raised = writer.raise({ waMessageId: id, status: 'delivered' });
    assert.equal(await writer.statusOf(id), 'delivered');
    await raised;
  });

  it('of another account’s copy of the same message is left alone', async () => {
    const { id, stored } = await makeMessage(db, 'account_other');
    await new MessageStatusWriter(db, ACCOUNT, systemClock).raise({ waMessageId: id, status: 'read' });
    assert.equal(await stored(), 'queued');
  });

  it('is written together with what it settles, or not at all', async () => {
    const { id, stored } = await makeMessage(db);
    const missing = db.doc(`outbox/${freshId('missing')}`);
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await assert.rejects(
      writer.raiseWith({ waMessageId: id, status: 'sent' }, (batch) => {
        batch.update(missing, { status: 'sent' });
      }),
    );
    assert.equal(await stored(), 'queued');
    await writer.raise({ waMessageId: id, status: 'sent' });
    assert.equal(await stored(), 'sent');
  });

  it('and what is told of it a moment later are one write, with what the first one settles', async () => {
    const { id, reference } = await makeMessage(db);
    const entry = db.doc(`outbox/${freshId('entry')}`);
    const versions: string[] = [];
    const stop = reference.onSnapshot((snapshot) => {
      versions.push(String(snapshot.get('status')));
    });
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    const settled = writer.raiseWith({ waMessageId: id, status: 'sent', serverAt: new Date(5_000) }, (batch) => {
      batch.set(entry, { status: 'sent' });
    });
    await Promise.all([settled, writer.raise({ waMessageId: id, status: 'delivered' })]);
    const [message, settledEntry] = [await reference.get(), await entry.get()];
    stop();
    assert.equal(message.get('status'), 'delivered');
    assert.deepEqual(message.get('tsServer'), Timestamp.fromMillis(5_000));
    assert.deepEqual(message.updateTime, settledEntry.updateTime);
    assert.ok(!versions.includes('sent'));
  });

  it('waits for nothing more once the account is being given back', async () => {
    const { id, stored } = await makeMessage(db);
    const writer = new MessageStatusWriter(db, ACCOUNT, { ...systemClock, after: () => () => undefined });
    const first = writer.raise({ waMessageId: id, status: 'sent' });
    writer.hurry();
    await first;
    await writer.raise({ waMessageId: id, status: 'delivered' });
    assert.equal(await stored(), 'delivered');
  });

  it('is not written any more once the account is not ours', async () => {
    const { id, stored } = await makeMessage(db);
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    const first = writer.raise({ waMessageId: id, status: 'sent' });
    writer.fence();
    await assert.rejects(first);
    await assert.rejects(writer.raise({ waMessageId: id, status: 'read' }));
    assert.equal(await stored(), 'queued');
  });

  it('starts over when a failed message is tried again by hand, and can fail again', async () => {
    const { id, stored } = await makeMessage(db);
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await writer.raise({ waMessageId: id, status: 'failed' });
    const { docs } = await db.collectionGroup('messages').where('waMessageId', '==', id).get();
    await docs[0]?.ref.update({ status: 'queued' });
    writer.restart(id);
    await writer.raise({ waMessageId: id, status: 'failed' });
    assert.equal(await stored(), 'failed');
  });

  it('to a group is what all members have reached, also when several writers heard of them', async () => {
    const { id, reference, stored } = await makeMessage(db);
    const [ana, dan] = ['1.2@lid', '2@lid'];
    const first = new MessageStatusWriter(db, ACCOUNT, systemClock);
    const sent = first.raise({ waMessageId: id, status: 'sent', recipientCount: 2 });
    await Promise.all([sent, first.raiseMember(id, ana, 'delivered')]);
    assert.equal(await stored(), 'sent');
    await first.raiseMember(id, ana, 'read');
    const next = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await next.raiseMember(id, dan, 'delivered');
    assert.equal(await stored(), 'delivered');
    await Promise.all([next.raiseMember(id, ana, 'delivered'), next.raiseMember(id, dan, 'read')]);
    assert.equal(await stored(), 'read');
    assert.deepEqual((await reference.get()).get('receipts'), { [ana]: 'read', [dan]: 'read' });
  });

  it('to a group is proven sent by one member, and not more than that while it is not known how many there are', async () => {
    const { id, stored } = await makeMessage(db);
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await writer.raiseMember(id, '1@lid', 'read');
    assert.equal(await stored(), 'sent');
    await writer.raise({ waMessageId: id, status: 'sent', recipientCount: 1 });
    assert.equal(await stored(), 'read');
  });

  it('to a group is written once for all members who answer at the same time', async () => {
    const { id, reference } = await makeMessage(db);
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await writer.raise({ waMessageId: id, status: 'sent', recipientCount: 40 });
    const versions: string[] = [];
    const stop = reference.onSnapshot((snapshot) => {
      versions.push(String(snapshot.get('status')));
    });
    const members = Array.from({ length: 40 }, (_, n) => `${String(n)}@lid`);
    await Promise.all(members.map((member) => writer.raiseMember(id, member, 'delivered')));
    const message = await reference.get();
    stop();
    assert.equal(message.get('status'), 'delivered');
    assert.equal(Object.keys(message.get('receipts') as object).length, 40);
    assert.ok(versions.length <= 2, versions.join(' → '));
  });

  it('for an unknown message changes nothing and does not fail', async () => {
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await writer.raise({ waMessageId: freshId('none'), status: 'read' });
    assert.equal(await writer.statusOf(freshId('none')), null);
  });

  it('told before the message was stored is raised once it is, as far as it was told', async () => {
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    const [id, threadId] = [freshId('3EB0'), freshId('thread')];
    const told = [
      writer.raise({ waMessageId: id, status: 'read' }),
      writer.raise({ waMessageId: id, status: 'delivered' }),
    ];
    await Promise.all([...told, writer.raiseMember(id, '1@lid', 'played')]);
    const reference = db.doc(`threads/${threadId}/messages/${id}`);
    await reference.set({ accountId: ACCOUNT, threadId, waMessageId: id, status: 'sent', error: null });
    const early = writer.remember(id, threadId, 'sent');
    assert.ok(early);
    await writer.raise(early);
    const message = await reference.get();
    assert.deepEqual([message.get('status'), message.get('receipts')], ['read', { '1@lid': 'played' }]);
    assert.equal(writer.remember(id, threadId, 'sent'), null, 'once');
  });

  it('told before the message was stored is part of whatever is raised next', async () => {
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    const [id, threadId] = [freshId('3EB0'), freshId('thread')];
    await writer.raise({ waMessageId: id, status: 'read' });
    const reference = db.doc(`threads/${threadId}/messages/${id}`);
    await reference.set({ accountId: ACCOUNT, threadId, waMessageId: id, status: 'queued', error: null });
    await writer.raise({ waMessageId: id, status: 'sent' });
    assert.equal((await reference.get()).get('status'), 'read');
  });

  it('of a message that somebody has deleted is raised no more after one failure', async () => {
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    const { id, reference } = await makeMessage(db);
    await writer.raise({ waMessageId: id, status: 'sent' });
    await reference.delete();
    await assert.rejects(writer.raise({ waMessageId: id, status: 'delivered' }));
    await writer.raise({ waMessageId: id, status: 'delivered' });
    assert.equal((await reference.get()).exists, false);
  });

  it('to groups is remembered with its members only as long as there is room for them', async () => {
    let lookups = 0;
    const counting = altered(db, {
      collectionGroup: (name) => {
        lookups += 1;
        return db.collectionGroup(name);
      },
    });
    const writer = new MessageStatusWriter(counting, ACCOUNT, systemClock);
    const everybody = new Map(Array.from({ length: 1_024 }, (_, n) => [`${String(n)}@lid`, 'delivered'] as const));
    const messages = await Promise.all(Array.from({ length: 11 }, () => makeMessage(db)));
    for (const { id } of messages) {
      const raised = writer.raise({ waMessageId: id, status: 'sent', receipts: everybody });
      writer.hurry();
      await raised;
    }
    lookups = 0;
    await writer.raiseMember(messages.at(-1)?.id ?? '', '0@lid', 'read');
    assert.equal(lookups, 0, 'the last is remembered');
    await writer.raiseMember(messages[0]?.id ?? '', '0@lid', 'read');
    assert.equal(lookups, 1, 'the first is looked up again');
    const first = (await messages[0]?.reference.get())?.get('receipts') as Record<string, string>;
    assert.deepEqual([Object.keys(first).length, first['0@lid']], [1_024, 'read']);
  });
});
