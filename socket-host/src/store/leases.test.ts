import assert from 'node:assert/strict';
import { LEASE_TTL_MS } from '@switchboard/contract/lease';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';
import { updateAccountStatus, writeLinking, type StatusChange } from './accounts.ts';
import { emulatedFirestore, freshId } from './emulator.ts';
import { isLostRace } from './firestore.ts';
import { acquireLease, forgetHost, holdsLease, readHosts, releaseLease, writeHeartbeat } from './leases.ts';
import { claimSession, commitSession, type Fence, type SessionKeys } from './sessions.ts';

const KEYS = (): Promise<SessionKeys> => {
  const key = { kid: 'kid', dataKeyId: 'key-1', wrappedKey: new Uint8Array([1]), madeAtMs: 0 };
  return Promise.resolve({ ...key, formerKeys: [] });
};
const CODE = { qr: 'QR', qrDataUrl: null, pairingCode: null, expiresAtMs: 0, attempt: 1 };
const RUNNING = { state: 'running' as const, accounts: 0, capacity: 10, version: 'test' };

async function makeAccount(db: Firestore): Promise<string> {
  const accountId = freshId('account');
  const account = newAccount({ name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'test' });
  const at = FieldValue.serverTimestamp();
  await db.doc(`accounts/${accountId}`).set({ ...account, createdAt: at, updatedAt: at });
  return accountId;
}

async function makeHost(db: Firestore, leaseTtlMs = LEASE_TTL_MS): Promise<string> {
  const hostId = freshId('host');
  await writeHeartbeat(db, hostId, Date.now(), { ...RUNNING, leaseTtlMs });
  return hostId;
}

describe('leases', () => {
  const db = emulatedFirestore();

  it('are taken with a higher epoch each time and name the owner on the account', async () => {
    const accountId = await makeAccount(db);
    const hostId = await makeHost(db);
    const first = await acquireLease(db, accountId, hostId);
    assert.equal(first?.lease.epoch, 1);
    assert.equal((await db.doc(`accounts/${accountId}`).get()).get('ownerHostId'), hostId);
    await releaseLease(db, accountId, hostId, 1);
    assert.equal((await db.doc(`accounts/${accountId}`).get()).get('ownerHostId'), null);
    assert.equal((await acquireLease(db, accountId, hostId))?.lease.epoch, 2);
  });

  it('of a living host are taken by nobody else', async () => {
    const accountId = await makeAccount(db);
    const [holder, other] = [await makeHost(db), await makeHost(db)];
    await acquireLease(db, accountId, holder);
    assert.equal(await acquireLease(db, accountId, other), null);
    assert.ok(await holdsLease(db, accountId, holder, 1));
  });

  it('of a host that said goodbye are free at once', async () => {
    const accountId = await makeAccount(db);
    const [holder, other] = [await makeHost(db), await makeHost(db)];
    await acquireLease(db, accountId, holder);
    await writeHeartbeat(db, holder, Date.now(), { ...RUNNING, state: 'gone' });
    assert.equal((await acquireLease(db, accountId, other))?.lease.epoch, 2);
  });

  it('of a host that fell silent are free once its heartbeat is too old by Firestore’s clock', async () => {
    const accountId = await makeAccount(db);
    const [holder, other] = [await makeHost(db), await makeHost(db)];
    await acquireLease(db, accountId, holder);
    const silentSince = (await db.doc(`hosts/${holder}`).get()).updateTime?.toMillis() ?? 0;
    let taken = await acquireLease(db, accountId, other);
    while (taken === null) taken = await acquireLease(db, accountId, other);
    const takenAt = (await db.doc(`leases/${accountId}`).get()).updateTime?.toMillis() ?? 0;
    assert.equal(taken.lease.epoch, 2);
    assert.ok(takenAt - silentSince >= LEASE_TTL_MS, `taken after ${String(takenAt - silentSince)} ms`);
  });

  it('of a host with a short lease are free as early as that host said', async () => {
    const accountId = await makeAccount(db);
    const [holder, other] = [await makeHost(db, 700), await makeHost(db)];
    await acquireLease(db, accountId, holder);
    const silentSince = (await db.doc(`hosts/${holder}`).get()).updateTime?.toMillis() ?? 0;
    let taken = await acquireLease(db, accountId, other);
    while (taken === null) taken = await acquireLease(db, accountId, other);
    const takenAt = (await db.doc(`leases/${accountId}`).get()).updateTime?.toMillis() ?? 0;
    assert.ok(takenAt - silentSince >= 700, `taken after ${String(takenAt - silentSince)} ms`);
    assert.ok((await readHosts(db)).deadHostIds.includes(holder));
  });

  it('go to exactly one of three hosts that race for a free account', async () => {
    const hosts = await Promise.all([makeHost(db), makeHost(db), makeHost(db)]);
    for (let race = 1; race <= 20; race += 1) {
      const accountId = await makeAccount(db);
      const taken = await Promise.all(hosts.map((hostId) => acquireLease(db, accountId, hostId)));
      const [winner, ...others] = taken.flatMap((each) => each?.lease ?? []);
      assert.ok(winner, `nobody won race ${String(race)}`);
      assert.deepEqual(others, [], `more than one won race ${String(race)}`);
      assert.ok(await holdsLease(db, accountId, winner.hostId, 1));
    }
  });

  it('of a dead host go to exactly one of three that race for them, with the session', async () => {
    const [dead, ...hosts] = await Promise.all([makeHost(db), makeHost(db), makeHost(db), makeHost(db)]);
    const accountIds = await Promise.all(Array.from({ length: 20 }, () => makeAccount(db)));
    for (const accountId of accountIds) {
      await claimSession(db, accountId, { epoch: 0, writer: 'former' }, KEYS);
      await acquireLease(db, accountId, dead);
    }
    await writeHeartbeat(db, dead, Date.now(), { ...RUNNING, state: 'gone' });
    for (const accountId of accountIds) {
      const taken = await Promise.all(hosts.map((hostId) => acquireLease(db, accountId, hostId)));
      const winners = taken.filter((each) => each !== null);
      assert.deepEqual(
        winners.map(({ lease: { epoch }, session }) => [epoch, session?.document.epoch]),
        [[2, 2]],
      );
    }
  });

  it('that were lost are not given back by the old owner', async () => {
    const accountId = await makeAccount(db);
    const [holder, other] = [await makeHost(db), await makeHost(db)];
    await acquireLease(db, accountId, holder);
    await writeHeartbeat(db, holder, Date.now(), { ...RUNNING, state: 'gone' });
    await acquireLease(db, accountId, other);
    await releaseLease(db, accountId, holder, 1);
    assert.ok(await holdsLease(db, accountId, other, 2));
  });

  it('that are given back leave no account that passes for connected', async () => {
    for (const [status, left] of [
      ['connected', 'reconnecting'],
      ['needs_qr', 'needs_qr'],
    ] as const) {
      const accountId = await makeAccount(db);
      const account = db.doc(paths.account(accountId));
      const hostId = await makeHost(db);
      await acquireLease(db, accountId, hostId);
      await account.update({ status });
      await releaseLease(db, accountId, hostId, 1);
      assert.equal((await account.get()).get('status'), left);
    }
  });

  it('that are given back leave no code for linking, which nobody would scan with success', async () => {
    for (const status of ['connecting', 'qr_ready'] as const) {
      const accountId = await makeAccount(db);
      const hostId = await makeHost(db);
      await acquireLease(db, accountId, hostId);
      await writeLinking(db, { accountId, epoch: 1 }, CODE);
      await db.doc(paths.account(accountId)).update({ status });
      await releaseLease(db, accountId, hostId, 1);
      assert.equal((await db.doc(paths.linking(accountId)).get()).exists, false, status);
    }
  });

  it('are taken with an account that does not pass for connected, and shows no code of a connection that is over', async () => {
    const accountId = await makeAccount(db);
    const account = db.doc(paths.account(accountId));
    await account.update({ status: 'connected' });
    await writeLinking(db, { accountId, epoch: 0 }, CODE);
    const taken = await acquireLease(db, accountId, await makeHost(db));
    assert.equal(taken?.account.status, 'reconnecting');
    assert.equal((await account.get()).get('status'), 'reconnecting');
    assert.equal((await db.doc(paths.linking(accountId)).get()).exists, false);
  });

  it('are taken with the session: from then on no former owner writes it, and the new one does', async () => {
    const accountId = await makeAccount(db);
    const claimed = await claimSession(db, accountId, { epoch: 0, writer: 'former' }, KEYS);
    const write = (fence: Fence) =>
      commitSession(db, accountId, fence, { sequence: 1, fields: {}, parts: [], deletedPartIds: [], backup: null });
    const taken = await acquireLease(db, accountId, await makeHost(db));
    assert.ok(claimed && taken?.session);
    const { document, fence, writer } = taken.session;
    assert.deepEqual([document.epoch, document.writer, document.dataKeyId], [1, writer, 'key-1']);
    await assert.rejects(write(claimed.fence), isLostRace);
    await write(fence);
  });

  it('are taken without a session where there is none, or one of a later epoch, or one that nobody here can read', async () => {
    for (const stored of [null, { epoch: 9 }, { schemaVersion: 99 }]) {
      const accountId = await makeAccount(db);
      if (stored) {
        await claimSession(db, accountId, { epoch: 0, writer: 'former' }, KEYS);
        await db.doc(paths.session(accountId)).update(stored);
      }
      const before = await db.doc(paths.session(accountId)).get();
      const taken = await acquireLease(db, accountId, await makeHost(db));
      assert.equal(taken?.lease.epoch, 1);
      assert.equal(taken.session, null);
      assert.deepEqual((await db.doc(paths.session(accountId)).get()).data(), before.data());
    }
  });

  it('tell the version of the account, so that its status is written without reading it, while it is that', async () => {
    const accountId = await makeAccount(db);
    const taken = await acquireLease(db, accountId, await makeHost(db));
    assert.ok(taken);
    const known = { account: taken.account, version: taken.accountVersion };
    const connected: StatusChange = { status: 'connected', statusReason: null, fields: {}, moment: 'lastConnectedAt' };
    let reads = 0;
    const counting = altered(db, {
      getAll: (...references) => {
        reads += 1;
        return db.getAll(...references);
      },
    });
    const same: StatusChange = { ...connected, status: 'connecting' };
    assert.equal(await updateAccountStatus(counting, accountId, 1, same, known), 'unchanged');
    assert.equal(await updateAccountStatus(counting, accountId, 1, connected, known), 'written');
    assert.equal(reads, 0);
    // Not what it was any more: the first is read and found to be so already, the second refused.
    assert.equal(await updateAccountStatus(counting, accountId, 1, connected, known), 'unchanged');
    await db.doc(paths.account(accountId)).update({ status: 'deleted' });
    assert.equal(await updateAccountStatus(counting, accountId, 1, connected, known), 'refused');
    assert.equal(reads, 2);
  });

  it('that were lost let nothing be written from what was known', async () => {
    const accountId = await makeAccount(db);
    const [holder, other] = [await makeHost(db), await makeHost(db)];
    const taken = await acquireLease(db, accountId, holder);
    assert.ok(taken);
    await writeHeartbeat(db, holder, Date.now(), { ...RUNNING, state: 'gone' });
    await acquireLease(db, accountId, other);
    const known = { account: taken.account, version: taken.accountVersion };
    const connected: StatusChange = { status: 'connected', statusReason: null, fields: {}, moment: 'lastConnectedAt' };
    assert.equal(await updateAccountStatus(db, accountId, 1, connected, known), 'fenced');
  });

  it('show living and dead hosts apart', async () => {
    const [living, gone] = [await makeHost(db), await makeHost(db)];
    await writeHeartbeat(db, gone, Date.now(), { ...RUNNING, state: 'gone' });
    const hosts = await readHosts(db);
    const found = hosts.alive.find((host) => host.hostId === living);
    assert.ok(found && found.leaseLeftMs > 0 && found.leaseLeftMs <= LEASE_TTL_MS);
    assert.ok(hosts.deadHostIds.includes(gone));
  });

  it('are found of a dead host until all are taken: only then is it forgotten', async () => {
    const accountId = await makeAccount(db);
    const [dead, heir] = [await makeHost(db), await makeHost(db)];
    await acquireLease(db, accountId, dead);
    const isKnown = async (): Promise<boolean> => (await db.doc(paths.host(dead)).get()).exists;
    await writeHeartbeat(db, dead, Date.now(), { ...RUNNING, state: 'gone' });
    await forgetHost(db, dead);
    assert.ok(await isKnown(), 'nobody would find its account');
    await acquireLease(db, accountId, heir);
    await forgetHost(db, dead);
    assert.ok(!(await isKnown()));
  });

  it('are not given for an account that does not exist', async () => {
    assert.equal(await acquireLease(db, freshId('account'), await makeHost(db)), null);
  });
});
