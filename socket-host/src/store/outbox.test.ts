import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { emulatedFirestore, freshId } from './emulator.ts';
import { isLostRace } from './firestore.ts';
import {
  claimEntry,
  findBuiltMessage,
  parseEntry,
  readClaimed,
  returnEntry,
  settleSent,
  type Claim,
  type OutboxEntry,
} from './outbox.ts';

const BUILT = new Uint8Array([1, 2, 3]);

async function routed(db: Firestore, accountId = freshId('account')): Promise<OutboxEntry> {
  const requestId = freshId('request');
  await db.doc(`outbox/${requestId}`).set({
    accountId,
    payload: { kind: 'text', text: 'Hello' },
    status: 'routed',
    createdAt: FieldValue.serverTimestamp(),
    createdBy: 'uid',
    threadId: 't',
    waMessageId: `3EB0${requestId}`,
    recipientJid: '1@lid',
    attemptCount: 0,
    nextAttemptAt: null,
    claimedBy: null,
    epoch: null,
    leaseUntil: null,
    error: null,
    routedAt: FieldValue.serverTimestamp(),
    sentAt: null,
  });
  return read(db, requestId);
}

async function read(db: Firestore, requestId: string): Promise<OutboxEntry> {
  const entry = parseEntry(await db.doc(`outbox/${requestId}`).get());
  assert.ok(entry);
  return entry;
}

/** A claim under the lease of this epoch. */
function claimBy(hostId: string, epoch = 1): Claim {
  return { lease: { accountId: 'any', hostId, epoch }, built: BUILT, nowMs: Date.now() };
}

async function claimed(db: Firestore, entry: OutboxEntry, claim: Claim): Promise<OutboxEntry> {
  const result = await claimEntry(db, entry, claim);
  assert.equal(result.kind, 'claimed');
  return result.entry;
}

describe('outbox entries', () => {
  const db = emulatedFirestore();

  it('are claimed by one host only, whoever else saw them', async () => {
    const entry = await routed(db);
    const claims = await Promise.all(['a', 'b', 'c'].map((hostId) => claimEntry(db, entry, claimBy(hostId))));
    assert.deepEqual(claims.map(({ kind }) => kind).sort(), ['claimed', 'taken', 'taken']);
  });

  it('keep what was built with the claim', async () => {
    const entry = await claimed(db, await routed(db), claimBy('a'));
    assert.equal(entry.data.attemptCount, 1);
    assert.deepEqual([...((await read(db, entry.requestId)).built ?? [])], [...BUILT]);
    const found = await findBuiltMessage(db, entry.data.accountId, entry.data.waMessageId);
    assert.deepEqual([...(found ?? [])], [...BUILT]);
  });

  it('are still ours when the answer to our claim got lost and we ask again', async () => {
    const entry = await routed(db);
    await claimed(db, entry, claimBy('a'));
    assert.equal((await claimed(db, entry, claimBy('a'))).data.attemptCount, 1);
  });

  it('that a former owner claims late are handed to the present one, claim and bytes, and to no other', async () => {
    const entry = await routed(db);
    await claimed(db, entry, claimBy('former', 3));
    const late = await claimEntry(db, entry, claimBy('present', 4));
    assert.equal(late.kind, 'changed');
    assert.deepEqual([late.entry.data.claimedBy, [...(late.entry.built ?? [])]], ['former', [...BUILT]]);
    const ours = await claimed(db, late.entry, claimBy('present', 4));
    assert.equal((await claimEntry(db, late.entry, claimBy('former', 3))).kind, 'taken');
    assert.equal((await claimEntry(db, entry, claimBy('another', 4))).kind, 'taken');
    assert.ok((await read(db, entry.requestId)).version.isEqual(ours.version));
  });

  it('that were routed anew are claimed as they are now; those that ended are not', async () => {
    const entry = await routed(db);
    await db.doc(`outbox/${entry.requestId}`).update({ recipientJid: '2@lid' });
    const anew = await claimEntry(db, entry, claimBy('a'));
    assert.equal(anew.kind === 'changed' && anew.entry.data.recipientJid, '2@lid');
    await db.doc(`outbox/${entry.requestId}`).update({ status: 'cancelled' });
    assert.equal((await claimEntry(db, entry, claimBy('a'))).kind, 'gone');
    await db.doc(`outbox/${entry.requestId}`).delete();
    assert.equal((await claimEntry(db, entry, claimBy('a'))).kind, 'gone');
  });

  it('are not settled by a host whose claim was taken over', async () => {
    const stale = await claimed(db, await routed(db), claimBy('a'));
    await claimed(db, stale, claimBy('b', 2));
    const batch = db.batch();
    settleSent(db, batch, stale, null);
    await assert.rejects(batch.commit(), isLostRace);
    assert.equal((await read(db, stale.requestId)).data.claimedBy, 'b');
  });

  it('given back are free for the next host, with the attempts that count', async () => {
    const returned = await claimed(db, await routed(db), claimBy('a'));
    const uncounted = { ...returned, data: { ...returned.data, attemptCount: 0 } };
    await returnEntry(db, uncounted, errorOf('not_connected'));
    const entry = await read(db, returned.requestId);
    assert.deepEqual([entry.data.status, entry.data.attemptCount], ['routed', 0]);
    assert.equal(entry.data.error?.code, 'not_connected');
    await claimed(db, entry, claimBy('b'));
  });

  it('of a former owner are found in the order they were created', async () => {
    const accountId = freshId('account');
    const first = await routed(db, accountId);
    const second = await routed(db, accountId);
    await claimed(db, second, claimBy('a'));
    await claimed(db, first, claimBy('a'));
    const found = await readClaimed(db, [accountId, 'another']);
    assert.deepEqual(
      found.map((entry) => entry.requestId),
      [first.requestId, second.requestId],
    );
  });
});
