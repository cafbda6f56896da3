import assert from 'node:assert/strict';
import type { MessageStatus } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { DocumentReference, Firestore, Timestamp, WriteBatch, WriteResult } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from './emulator.ts';
import { MessageStatusWriter } from './message-status.ts';

const ACCOUNT = 'account_late';

/** @returns Firestore as it is, and how often messages were looked up in it. */
function counted(db: Firestore): { counting: Firestore; lookups: () => number } {
  let lookups = 0;
  const collectionGroup: Firestore['collectionGroup'] = (name) => {
    lookups += 1;
    return db.collectionGroup(name);
  };
  return { counting: altered(db, { collectionGroup }), lookups: () => lookups };
}

/** @returns Firestore whose commits stay on their way until they may land, and when one is. */
function slow(db: Firestore): { hanging: Firestore; isOnItsWay: Promise<undefined>; land: () => void } {
  const [begun, held] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const batch = (): WriteBatch => {
    const real = db.batch();
    const commit = async (): Promise<WriteResult[]> => {
      begun.resolve(undefined);
      await held.promise;
      return real.commit();
    };
    return altered(real, { commit });
  };
  const land = (): void => {
    held.resolve(undefined);
  };
  return { hanging: altered(db, { batch }), isOnItsWay: begun.promise, land };
}

describe('the status of a message that others write too', () => {
  const db = emulatedFirestore();
  let [id, threadId] = ['', ''];
  let reference: DocumentReference;

  beforeEach(async () => {
    [id, threadId] = [freshId('3EB0'), freshId('thread')];
    reference = db.doc(paths.message(threadId, id));
    await reference.set({ accountId: ACCOUNT, threadId, waMessageId: id, status: 'queued', error: null });
  });

  async function stored(): Promise<unknown> {
    return (await reference.get()).get('status');
  }

  it('is not set back by a write of a former owner that lands late, nor are the receipts of a group', async () => {
    const [ana, dan] = ['1@lid', '2@lid'];
    await new MessageStatusWriter(db, ACCOUNT, systemClock).raise({
      waMessageId: id,
      status: 'sent',
      recipientCount: 2,
    });
    const { hanging, isOnItsWay, land } = slow(db);
    const former = new MessageStatusWriter(hanging, ACCOUNT, systemClock);
    const late = former.raiseMember(id, ana, 'delivered');
    await isOnItsWay;
    former.fence();
    const present = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await Promise.all([present.raiseMember(id, ana, 'read'), present.raiseMember(id, dan, 'read')]);
    land();
    await Promise.allSettled([late]);
    const message = await reference.get();
    assert.deepEqual([message.get('status'), message.get('receipts')], ['read', { [ana]: 'read', [dan]: 'read' }]);
  });

  it('is raised though the message was changed otherwise meanwhile, and by what it settles too', async () => {
    const entry = db.doc(`outbox/${freshId('entry')}`);
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    await writer.raise({ waMessageId: id, status: 'sending' });
    await reference.update({ pendingChange: null });
    await writer.raiseWith({ waMessageId: id, status: 'sent' }, (batch) => {
      batch.set(entry, { status: 'sent' });
    });
    await reference.update({ editedAt: null });
    await writer.raise({ waMessageId: id, status: 'read' });
    assert.deepEqual([await stored(), (await entry.get()).get('status')], ['read', 'sent']);
  });

  it('of a message that is only known to be new is looked up before it is raised by itself', async () => {
    await reference.update({ status: 'read' });
    const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
    writer.remember(id, threadId, 'queued');
    await writer.raise({ waMessageId: id, status: 'sending' });
    assert.equal(await stored(), 'read');
  });

  it('is not set back by what a former owner settles late, which is settled all the same', async () => {
    for (const isVersionKnown of [true, false]) {
      await reference.set({ accountId: ACCOUNT, threadId, waMessageId: id, status: 'queued', error: null });
      const entry = db.doc(`outbox/${freshId('entry')}`);
      const { hanging, isOnItsWay, land } = slow(db);
      const former = new MessageStatusWriter(hanging, ACCOUNT, systemClock);
      former.remember(id, threadId, 'queued', isVersionKnown ? (await reference.get()).updateTime : null);
      const late = former.raiseWith({ waMessageId: id, status: 'sent' }, (batch) => {
        batch.set(entry, { status: 'sent' });
      });
      await isOnItsWay;
      await new MessageStatusWriter(db, ACCOUNT, systemClock).raise({ waMessageId: id, status: 'delivered' });
      land();
      await late;
      assert.deepEqual([await stored(), (await entry.get()).get('status')], ['delivered', 'sent']);
    }
  });

  it('is raised at once though what was taken for its version is another, be it older or newer', async () => {
    const older = (await reference.get()).updateTime;
    await reference.update({ status: 'queued', kind: 'text' });
    const raise = async (status: MessageStatus, version: Timestamp | undefined) => {
      const writer = new MessageStatusWriter(db, ACCOUNT, systemClock);
      writer.remember(id, threadId, 'queued', version);
      await writer.raise({ waMessageId: id, status });
      assert.equal(await stored(), status);
    };
    await raise('sending', older);
    const { writeTime: newer } = await db.doc(`outbox/${freshId('entry')}`).set({ status: 'routed' });
    await raise('sent', newer);
  });

  it('of a message that we send needs no look at it', async () => {
    const { counting, lookups } = counted(db);
    const writer = new MessageStatusWriter(counting, ACCOUNT, systemClock);
    writer.remember(id, threadId, 'queued', (await reference.get()).updateTime);
    await writer.raiseWith({ waMessageId: id, status: 'sent' }, (batch) => {
      batch.set(db.doc(`outbox/${freshId('entry')}`), { status: 'sent' });
    });
    await writer.raise({ waMessageId: id, status: 'delivered' });
    await writer.raise({ waMessageId: id, status: 'read' });
    assert.deepEqual([await stored(), lookups()], ['read', 0]);
  });
});
