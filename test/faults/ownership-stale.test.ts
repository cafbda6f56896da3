/**
 * What a host that lost an account would still write, tried with the host's own functions and the very lease it had. Its clock is of no
 * use here: Firestore refuses.
 */
import assert from 'node:assert/strict';
import { accountSchema } from '@switchboard/contract/account';
import { errorOf } from '@switchboard/contract/failure';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { proto } from '@whiskeysockets/baileys';
import type { DocumentReference, Firestore } from 'firebase-admin/firestore';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { systemClock } from '../../socket-host/src/clock.ts';
import { localKek } from '../../socket-host/src/session/kek.ts';
import { loadSession } from '../../socket-host/src/session/load-session.ts';
import { FencedError } from '../../socket-host/src/session/types.ts';
import { completeRequest, noteLife, updateAccountStatus, writeLinking } from '../../socket-host/src/store/accounts.ts';
import { isLostRace } from '../../socket-host/src/store/firestore.ts';
import { heldWrites } from '../../socket-host/src/store/held-writes.ts';
import { openIncident, resolveIncidents } from '../../socket-host/src/store/incidents.ts';
import { acquireLease, holdsLease, releaseLease, type HeldLease } from '../../socket-host/src/store/leases.ts';
import { claimEntry, parseEntry, type OutboxEntry } from '../../socket-host/src/store/outbox.ts';
import { holdAccount } from '../../socket-host/src/store/outbox-times.ts';
import { commitSession } from '../../socket-host/src/store/sessions.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import { endScene, faultsOf, openShops, runHost, whenRunBy, writeBothWays, type Shop } from '../support/fleet.ts';
import { sendText } from '../support/journey.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

const SHORT = { LEASE_TTL_MS: '3000', REBALANCE_INTERVAL_MS: '3600000' };

async function versionOf(document: DocumentReference) {
  const { updateTime } = await document.get();
  assert.ok(updateTime);
  return updateTime;
}

/** The lease as its holder has it. */
async function leaseOf({ accountId }: Shop): Promise<HeldLease> {
  const lease = adminFirestore().doc(paths.lease(accountId));
  const snapshot = await lease.get();
  const [hostId, epoch] = [String(snapshot.get('hostId')), Number(snapshot.get('epoch'))];
  return { accountId, hostId, epoch };
}

async function entryOf(requestId: string): Promise<OutboxEntry> {
  const entry = parseEntry(await adminFirestore().doc(paths.outbox(requestId)).get());
  assert.ok(entry);
  return entry;
}

/** What a host writes of an account beside its status, read and decided before the account is another's. */
function writesOf(db: Firestore, lease: HeldLease, requestId: string): readonly Promise<unknown>[] {
  const inAnHour = Date.now() + 3_600_000;
  const code = { qr: 'late', qrDataUrl: null, pairingCode: null, expiresAtMs: inAnHour, attempt: 1 };
  return [
    writeLinking(db, lease, code),
    openIncident(db, lease, { type: 'logged_out', details: {} }),
    resolveIncidents(db, lease, ['session_restored']),
    completeRequest(db, lease, requestId),
    holdAccount(db, lease, errorOf('new_chats_restricted'), new Date(inAnHour)),
    noteLife(db, lease, { eventAtMs: 1_000, messageAtMs: 1_000 }),
  ];
}

describe('a host that lost an account', () => {
  const late = heldWrites(adminFirestore());
  const requestId = freshId('request');
  let written: readonly Promise<unknown>[] = [];
  let shop: Shop;
  let heir: HostProcess;
  let stale: HeldLease;
  let staleSession: Awaited<ReturnType<typeof versionOf>>;

  before(async () => {
    const db = adminFirestore();
    const admin = await signInAs('admin');
    const first = await runHost('stale', SHORT);
    const [opened] = await openShops(admin, 1);
    assert.ok(opened);
    shop = opened;
    assert.deepEqual(await faultsOf(await writeBothWays(admin, [shop], 'before')), []);
    stale = await leaseOf(shop);
    process.kill(first.process.pid, 'SIGSTOP');
    staleSession = await versionOf(db.doc(paths.session(shop.accountId)));
    await openIncident(db, stale, { type: 'session_restored', details: {} });
    await db.doc(paths.accountRequest(requestId)).set({ type: 'connect', accountId: shop.accountId, status: 'routed' });
    written = writesOf(late.db, stale, requestId);
    await late.whenUnderWay(written.length);
    heir = await runHost('heir', SHORT);
    await whenRunBy([shop], [heir.hostId]);
  });

  after(endScene);

  it('cannot take an entry from its new owner, and what it claims late is sent once by that owner', async () => {
    const db = adminFirestore();
    const admin = await signInAs('admin');
    // Frozen, so that the late claim comes first.
    process.kill(heir.process.pid, 'SIGSTOP');
    const text = `whose is it?, from ${shop.phone}`;
    const { requestId } = await sendText(admin, { accountId: shop.accountId, toPhone: shop.customer }, text);
    const entry = await waitFor(
      async () => parseEntry(await db.doc(paths.outbox(requestId)).get()),
      (routed) => routed !== null,
      { what: 'the entry to be routed' },
    );
    assert.ok(entry);
    const built = proto.Message.encode({ conversation: text }).finish();
    const claim = { lease: stale, built, nowMs: Date.now() };
    assert.equal((await claimEntry(db, entry, claim)).kind, 'claimed');
    process.kill(heir.process.pid, 'SIGCONT');
    const writtenUnder = (await leaseOf(shop)).epoch;
    assert.deepEqual(await faultsOf({ out: [{ shop, text, requestId, writtenUnder }], in: [] }), []);
    assert.notEqual((await entryOf(requestId)).data.claimedBy, stale.hostId);
    assert.equal((await claimEntry(db, entry, claim)).kind, 'gone');
  });

  it('cannot write its session, nor take it again', async () => {
    const db = adminFirestore();
    const commit = { sequence: 1_000, fields: { recent: null }, parts: [], deletedPartIds: [], backup: null };
    await assert.rejects(commitSession(db, shop.accountId, { updateTime: staleSession }, commit), isLostRace);
    const dependencies = {
      db,
      kek: localKek(Buffer.alloc(32)),
      clock: systemClock,
      logger: createLogger('silent', stale.hostId),
      // What its own clock says is of no use here: it may be wrong.
      isHeld: () => true,
    };
    const loading = loadSession(dependencies, shop.accountId, stale.epoch, () => undefined);
    await assert.rejects(loading, FencedError);
  });

  it('cannot change the account’s status', async () => {
    const change = { status: 'reconnecting' as const, statusReason: null, fields: {}, moment: null };
    assert.equal(await updateAccountStatus(adminFirestore(), shop.accountId, stale.epoch, change), 'fenced');
  });

  it('changes nothing else of the account by what it had on its way', async () => {
    late.letLand();
    await Promise.all(written);
    const db = adminFirestore();
    const { accountId } = shop;
    const read = (path: string) => db.doc(path).get();
    const [account, code, request] = await Promise.all(
      [paths.account(accountId), paths.linking(accountId), paths.accountRequest(requestId)].map(read),
    );
    assert.deepEqual([code?.exists, request?.get('status'), account?.get('hold')], [false, 'routed', null]);
    assert.equal((await read(paths.incident(incidentIdOf(accountId, 'logged_out')))).exists, false);
    const notice = await read(paths.incident(incidentIdOf(accountId, 'session_restored')));
    assert.equal(notice.get('resolvedAt'), null);
    const { lastEventAt } = accountSchema.parse(account?.data());
    assert.ok(lastEventAt && lastEventAt.toMillis() > 1_000);
  });

  it('cannot give the account back or take it from its new owner', async () => {
    const db = adminFirestore();
    const owner = await leaseOf(shop);
    assert.notEqual(owner.hostId, stale.hostId);
    await releaseLease(db, shop.accountId, stale.hostId, stale.epoch);
    assert.equal(await acquireLease(db, shop.accountId, stale.hostId), null);
    assert.ok(await holdsLease(db, shop.accountId, owner.hostId, owner.epoch));
  });

  it('has done no harm by trying', async () => {
    const admin = await signInAs('admin');
    assert.deepEqual(await faultsOf(await writeBothWays(admin, [shop], 'after')), []);
  });
});
