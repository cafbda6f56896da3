import assert from 'node:assert/strict';
import { accountRequestSchema, accountSchema, statusReasonOf, type Account } from '@switchboard/contract/account';
import { errorOf } from '@switchboard/contract/failure';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import {
  clearLinking,
  completeRequest,
  noteLife,
  rejectRequest,
  updateAccountStatus,
  writeLinking,
  type StatusChange,
} from './accounts.ts';
import { emulatedFirestore, freshId } from './emulator.ts';

const db = emulatedFirestore();

async function makeAccount(fields: Partial<Account> = {}): Promise<string> {
  const accountId = freshId('account');
  const at = FieldValue.serverTimestamp();
  const given = { name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'test', ownerHostId: 'host' };
  const account = { ...newAccount(given), createdAt: at, updatedAt: at };
  await db.doc(paths.account(accountId)).set({ ...account, ...fields });
  return accountId;
}

async function read(accountId: string): Promise<Account> {
  return accountSchema.parse((await db.doc(paths.account(accountId)).get()).data());
}

const CONNECTED: StatusChange = {
  status: 'connected',
  statusReason: null,
  fields: { reconnectAttempts: 0, waJid: '407@s.whatsapp.net' },
  moment: 'lastConnectedAt',
};

describe('the status of an account', () => {
  it('is written with its reason, its moment and what else is known', async () => {
    const accountId = await makeAccount();
    assert.equal(await updateAccountStatus(db, accountId, 1, CONNECTED), 'written');
    const account = await read(accountId);
    assert.equal(account.status, 'connected');
    assert.equal(account.waJid, '407@s.whatsapp.net');
    assert.notEqual(account.lastConnectedAt, null);
    assert.equal(account.lastDisconnectedAt, null);
  });

  it('is not written when nothing changes', async () => {
    const accountId = await makeAccount();
    await updateAccountStatus(db, accountId, 1, CONNECTED);
    const before = (await db.doc(paths.account(accountId)).get()).updateTime;
    assert.equal(await updateAccountStatus(db, accountId, 1, CONNECTED), 'unchanged');
    const after = (await db.doc(paths.account(accountId)).get()).updateTime;
    assert.ok(before && after?.isEqual(before));
  });

  it('is written when only the reason changes', async () => {
    const accountId = await makeAccount({ status: 'reconnecting' });
    const change: StatusChange = { status: 'reconnecting', statusReason: null, fields: {}, moment: null };
    const statusReason = statusReasonOf('connection_lost');
    assert.equal(await updateAccountStatus(db, accountId, 1, { ...change, statusReason }), 'written');
    assert.equal((await read(accountId)).statusReason?.code, 'connection_lost');
  });

  it('is written whatever else stands in the account that nobody here can read', async () => {
    const accountId = await makeAccount();
    await db.doc(paths.account(accountId)).update({ limits: { tomorrow: true }, 'statusReason.code': 'of tomorrow' });
    assert.equal(await updateAccountStatus(db, accountId, 1, CONNECTED), 'written');
    const stored = await db.doc(paths.account(accountId)).get();
    assert.deepEqual([stored.get('status'), stored.get('limits.tomorrow')], ['connected', true]);
  });

  it('is refused where the account cannot go, and for an account that is not there', async () => {
    const accountId = await makeAccount({ status: 'deleted' });
    assert.equal(await updateAccountStatus(db, accountId, 1, CONNECTED), 'refused');
    assert.equal(await updateAccountStatus(db, freshId('account'), 1, CONNECTED), 'refused');
  });

  it('is not written by a host that lost the lease', async () => {
    const accountId = await makeAccount();
    await db.doc(paths.lease(accountId)).set({ hostId: 'other', epoch: 2, updatedAt: FieldValue.serverTimestamp() });
    assert.equal(await updateAccountStatus(db, accountId, 1, CONNECTED), 'fenced');
    assert.equal((await read(accountId)).status, 'connecting');
    assert.equal(await updateAccountStatus(db, accountId, 2, CONNECTED), 'written');
  });

  it('is not written by a host that has given the lease back', async () => {
    const accountId = await makeAccount();
    await db.doc(paths.lease(accountId)).set({ hostId: null, epoch: 1, updatedAt: FieldValue.serverTimestamp() });
    assert.equal(await updateAccountStatus(db, accountId, 1, CONNECTED), 'fenced');
    assert.equal((await read(accountId)).status, 'connecting');
  });
});

describe('a request of an account', () => {
  it('is done and frees the slot', async () => {
    const requestId = freshId('request');
    const accountId = await makeAccount({ pendingRequest: { id: requestId, type: 'connect' } });
    await db.doc(paths.accountRequest(requestId)).set({ type: 'connect', status: 'routed' });
    await completeRequest(db, { accountId, epoch: 1 }, requestId);
    assert.equal((await read(accountId)).pendingRequest, null);
    assert.equal((await db.doc(paths.accountRequest(requestId)).get()).get('status'), 'done');
  });

  it('that cannot be acted on says why and frees the slot', async () => {
    const requestId = freshId('request');
    const accountId = await makeAccount({ pendingRequest: { id: requestId, type: 'connect' } });
    await db.doc(paths.accountRequest(requestId)).set({ type: 'connect', status: 'routed' });
    await rejectRequest(db, { accountId, epoch: 1 }, requestId, errorOf('session_unreadable'));
    assert.equal((await read(accountId)).pendingRequest, null);
    const stored = accountRequestSchema.parse((await db.doc(paths.accountRequest(requestId)).get()).data());
    assert.deepEqual([stored.status, stored.error?.code], ['rejected', 'session_unreadable']);
  });

  it('leaves the slot to a newer request, and a refused request as it is', async () => {
    const [older, newer] = [freshId('older'), freshId('newer')];
    const accountId = await makeAccount({ pendingRequest: { id: newer, type: 'relink' } });
    await db.doc(paths.accountRequest(older)).set({ type: 'connect', status: 'rejected' });
    await completeRequest(db, { accountId, epoch: 1 }, older);
    assert.equal((await read(accountId)).pendingRequest?.id, newer);
    assert.equal((await db.doc(paths.accountRequest(older)).get()).get('status'), 'rejected');
  });
});

describe('what else an account shows', () => {
  it('a code for linking comes and goes', async () => {
    const accountId = await makeAccount();
    const code = { qr: 'QR', qrDataUrl: 'data:', pairingCode: null, expiresAtMs: 1_700_000_000_000, attempt: 1 };
    const shown = await writeLinking(db, { accountId, epoch: 1 }, code);
    assert.ok(shown);
    assert.equal((await db.doc(paths.linking(accountId)).get()).get('qr'), 'QR');
    await clearLinking(db, accountId, shown);
    await clearLinking(db, accountId, shown);
    assert.equal((await db.doc(paths.linking(accountId)).get()).exists, false);
  });

  it('a sign of life is noted and changes nothing else', async () => {
    const accountId = await makeAccount({ status: 'connected' });
    const before = await read(accountId);
    await noteLife(db, { accountId, epoch: 1 }, { eventAtMs: 2_000, messageAtMs: 1_000 });
    await noteLife(db, { accountId, epoch: 1 }, { eventAtMs: 3_000, messageAtMs: null });
    const { lastEventAt, lastMessageAt, ...rest } = await read(accountId);
    assert.deepEqual([lastEventAt?.toMillis(), lastMessageAt?.toMillis()], [3_000, 1_000]);
    assert.deepEqual({ ...rest, lastEventAt: null, lastMessageAt: null }, before);
  });
});
