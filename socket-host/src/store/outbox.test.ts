import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { emulatedFirestore, freshId } from './emulator.ts';
import { isLostRace } from './firestore.ts';
import type { HeldLease } from './leases.ts';
import {
  claimEntry,
  findBuiltMessage,
  parseEntry,
  readClaimed,
  returnEntry,
  settleSent,
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

/** An account that `hostId` holds the lease of, whoever held it before. */
async function taken(db: Firestore, hostId: string, accountId = freshId('account')): Promise<HeldLease> {
  const lease = db.doc(`leases/${accountId}`);
  const epoch = Number((await lease.get()).get('epoch') ?? 0) + 1;
  const { writeTime } = await lease.set({ hostId, epoch, updatedAt: FieldValue.serverTimestamp() });
  return { accountId, hostId, epoch, version: writeTime };
}

const claimOf = (lease: HeldLease) => ({ lease, built: BUILT, nowMs: Date.now() });

describe('outbox entries', () => {
  const db = emulatedFirestore();
  let claimBy: (hostId: string) => ReturnType<typeof claimOf>;

  before(async () => {
    const lease = await taken(db, 'any');
    claimBy = (hostId) => claimOf({ ...lease, hostId });
  });

  it('are claimed by one host only, whoever else saw them', async () => {
    const entry = await routed(db);
    const claims = await Promise.all(['a', 'b', 'c'].map((hostId) => claimEntry(db, entry, claimBy(hostId))));
    assert.equal(claims.filter((claim) => claim !== null).length, 1);
  });

  it('keep what was built with the claim', async () => {
    const entry = await routed(db);
    const claimed = await claimEntry(db, entry, claimBy('a'));
    assert.equal(claimed?.data.attemptCount, 1);
    assert.deepEqual([...((await read(db, entry.requestId)).built ?? [])], [...BUILT]);
    const found = await findBuiltMessage(db, entry.data.accountId, entry.data.waMessageId);
    assert.deepEqual([...(found ?? [])], [...BUILT]);
  });

  it('are still ours when the answer to our claim got lost and we ask again', async () => {
    const entry = await routed(db);
    await claimEntry(db, entry, claimBy('a'));
    const again = await claimEntry(db, entry, claimBy('a'));
    assert.equal(again?.data.attemptCount, 1);
  });

  it('are refused to a host whose account was taken, however late its claim arrives and whoever claimed since', async () => {
    const entry = await routed(db);
    const { accountId } = entry.data;
    const stale = await taken(db, 'stale', accountId);
    const next = await taken(db, 'next', accountId);
    assert.equal(await claimEntry(db, entry, claimOf(stale)), null);
    assert.equal((await read(db, entry.requestId)).data.status, 'routed');
    assert.deepEqual(await readClaimed(db, accountId), []);
    assert.ok(await claimEntry(db, entry, claimOf(next)));
    assert.equal((await read(db, entry.requestId)).data.claimedBy, 'next');
  });

  it('are claimed by the dozen under one lease, which stays as it is', async () => {
    const accountId = freshId('account');
    const lease = await taken(db, 'a', accountId);
    const entries = await Promise.all(Array.from({ length: 12 }, () => routed(db, accountId)));
    const claims = await Promise.all(entries.map((entry) => claimEntry(db, entry, claimOf(lease))));
    assert.ok(claims.every((claim) => claim !== null));
    const { updateTime } = await db.doc(`leases/${accountId}`).get();
    assert.ok(updateTime?.isEqual(lease.version));
  });

  it('are not settled by a host whose claim was taken over', async () => {
    const stale = await claimEntry(db, await routed(db), claimBy('a'));
    assert.ok(stale);
    assert.ok(await claimEntry(db, stale, claimBy('b')));
    const batch = db.batch();
    settleSent(db, batch, stale, null);
    await assert.rejects(batch.commit(), isLostRace);
    assert.equal((await read(db, stale.requestId)).data.claimedBy, 'b');
  });

  it('given back are free for the next host', async () => {
    const claimed = await claimEntry(db, await routed(db), claimBy('a'));
    assert.ok(claimed);
    await returnEntry(db, claimed, errorOf('not_connected'));
    const entry = await read(db, claimed.requestId);
    assert.equal(entry.data.status, 'routed');
    assert.equal(entry.data.error?.code, 'not_connected');
    assert.ok(await claimEntry(db, entry, claimBy('b')));
  });

  it('of a former owner are found in the order they were created', async () => {
    const accountId = freshId('account');
    const first = await routed(db, accountId);
    const second = await routed(db, accountId);
    await claimEntry(db, second, claimBy('a'));
    await claimEntry(db, first, claimBy('a'));
    const found = await readClaimed(db, accountId);
    assert.deepEqual(
      found.map((entry) => entry.requestId),
      [first.requestId, second.requestId],
    );
  });
});
