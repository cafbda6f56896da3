import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MessageStatus } from '@switchboard/contract/message';
import type { Firestore } from 'firebase-admin/firestore';
import { emulatedFirestore, freshId } from './emulator.ts';
import { MessageStatusWriter } from './message-status.ts';

const ACCOUNT = 'account_status';

async function makeMessage(
  db: Firestore,
  accountId = ACCOUNT,
): Promise<{ id: string; stored: () => Promise<MessageStatus> }> {
  const [id, threadId] = [freshId('3EB0'), freshId('thread')];
  const reference = db.doc(`threads/${threadId}/messages/${id}`);
  await reference.set({ accountId, threadId, waMessageId: id, status: 'queued', error: null });
  return { id, stored: async () => (await reference.get()).get('status') as MessageStatus };
}

describe('the status of a message in Firestore', () => {
  const db = emulatedFirestore();

  it('ends at the highest status, in whatever order and however close receipts come', async () => {
    const outbound: MessageStatus[] = ['sending', 'sent', 'delivered', 'read', 'played'];
    const shuffled = fc.shuffledSubarray(outbound, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(shuffled, async (statuses) => {
        const writer = new MessageStatusWriter(db, ACCOUNT);
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
    await new MessageStatusWriter(db, ACCOUNT).raise({ waMessageId: id, status: 'read' });
    await new MessageStatusWriter(db, ACCOUNT).raise({ waMessageId: id, status: 'delivered' });
    assert.equal(await stored(), 'read');
  });

  it('of another account’s copy of the same message is left alone', async () => {
    const { id, stored } = await makeMessage(db, 'account_other');
    await new MessageStatusWriter(db, ACCOUNT).raise({ waMessageId: id, status: 'read' });
    assert.equal(await stored(), 'queued');
  });

  it('is written together with what it settles, or not at all', async () => {
    const { id, stored } = await makeMessage(db);
    const missing = db.doc(`outbox/${freshId('missing')}`);
    const writer = new MessageStatusWriter(db, ACCOUNT);
    await assert.rejects(
      writer.raiseWith({ waMessageId: id, status: 'sent' }, (batch) => {
        batch.update(missing, { status: 'sent' });
      }),
    );
    assert.equal(await stored(), 'queued');
    await writer.raise({ waMessageId: id, status: 'sent' });
    assert.equal(await stored(), 'sent');
  });

  it('starts over when a failed message is tried again by hand, and can fail again', async () => {
    const { id, stored } = await makeMessage(db);
    const writer = new MessageStatusWriter(db, ACCOUNT);
    await writer.raise({ waMessageId: id, status: 'failed' });
    const { docs } = await db.collectionGroup('messages').where('waMessageId', '==', id).get();
    await docs[0]?.ref.update({ status: 'queued' });
    writer.restart(id, String(docs[0]?.get('threadId')));
    await writer.raise({ waMessageId: id, status: 'failed' });
    assert.equal(await stored(), 'failed');
  });

  it('for an unknown message changes nothing and does not fail', async () => {
    const writer = new MessageStatusWriter(db, ACCOUNT);
    await writer.raise({ waMessageId: freshId('none'), status: 'read' });
    assert.equal(await writer.statusOf(freshId('none')), null);
  });
});
