/** What a former owner still has on its way when another host takes its account, and has taken. */
import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { incidentIdOf } from '@switchboard/contract/ids';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { clearLinking, completeRequest, noteLife, rejectRequest, writeLinking, type LinkingCode } from './accounts.ts';
import { emulatedFirestore, freshId } from './emulator.ts';
import { heldWrites } from './held-writes.ts';
import { openIncident, resolveIncidents } from './incidents.ts';
import { acquireLease, releaseLease } from './leases.ts';
import { holdAccount } from './outbox-times.ts';
import { underLease, type Tenure } from './under-lease.ts';
import type { KnownVersion } from './undisturbed.ts';

const db = emulatedFirestore();

function codeOf(qr: string): LinkingCode {
  return { qr, qrDataUrl: null, pairingCode: null, expiresAtMs: Date.now() + 60_000, attempt: 1 };
}

interface Former {
  readonly tenure: Tenure;
  readonly requestId: string;
  /** Its code, as it wrote it last. */
  readonly shown: KnownVersion;
  /** The account as it wrote it last. */
  readonly noted: KnownVersion;
}

async function take(accountId: string): Promise<Tenure> {
  const taken = await acquireLease(db, accountId, freshId('host'));
  assert.ok(taken);
  return taken.lease;
}

/** An account whose host shows a code, has a request to act on, and told of a conflict. */
async function makeFormer(): Promise<Former> {
  const [accountId, requestId, at] = [freshId('account'), freshId('request'), FieldValue.serverTimestamp()];
  const given = { name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'test', ownerHostId: null };
  const pendingRequest = { id: requestId, type: 'connect' };
  await db.doc(paths.account(accountId)).set({ ...newAccount(given), pendingRequest, createdAt: at, updatedAt: at });
  await db.doc(paths.accountRequest(requestId)).set({ type: 'connect', accountId, status: 'routed' });
  const tenure = await take(accountId);
  await openIncident(db, tenure, { type: 'conflict', details: {} });
  const shown = await writeLinking(db, tenure, codeOf('former'));
  const noted = await noteLife(db, tenure, { eventAtMs: 1_000, messageAtMs: 1_000 });
  assert.ok(shown && noted);
  return { tenure, requestId, shown, noted };
}

/** All there is of it that people see. */
async function stateOf({ tenure: { accountId }, requestId }: Former) {
  const incidents = (['conflict', 'logged_out'] as const).map((type) => paths.incident(incidentIdOf(accountId, type)));
  const seen = [paths.account(accountId), paths.linking(accountId), paths.accountRequest(requestId), ...incidents];
  return (await db.getAll(...seen.map((path) => db.doc(path)))).map((snapshot) => snapshot.data());
}

type Late = (late: Firestore, former: Former) => Promise<unknown>;

const LATE: Record<string, Late> = {
  'shows no code': (late, { tenure }) => writeLinking(late, tenure, codeOf('late')),
  'shows no further code': (late, { tenure, shown }) => writeLinking(late, tenure, codeOf('late'), shown),
  'tells of no new trouble': (late, { tenure }) => openIncident(late, tenure, { type: 'logged_out', details: {} }),
  'counts up no trouble': (late, { tenure }) => openIncident(late, tenure, { type: 'conflict', details: {} }),
  'ends no trouble': (late, { tenure }) => resolveIncidents(late, tenure),
  'has done no request': (late, { tenure, requestId }) => completeRequest(late, tenure, requestId),
  'refuses no request': (late, { tenure, requestId }) =>
    rejectRequest(late, tenure, requestId, errorOf('session_unreadable')),
  'puts it on no hold': (late, { tenure }) =>
    holdAccount(late, tenure, errorOf('new_chats_restricted'), new Date(Date.now() + 60_000)),
  'notes no life': (late, { tenure }) => noteLife(late, tenure, { eventAtMs: 2_000, messageAtMs: 2_000 }),
  'notes no further life': (late, { tenure, noted }) =>
    noteLife(late, tenure, { eventAtMs: 2_000, messageAtMs: 2_000 }, noted),
};

describe('a former owner whose write lands late', () => {
  for (const [promise, write] of Object.entries(LATE)) {
    it(promise, async () => {
      const former = await makeFormer();
      const late = heldWrites(db);
      const written = write(late.db, former);
      await late.whenUnderWay(1);
      await take(former.tenure.accountId);
      const state = await stateOf(former);
      late.letLand();
      await written;
      assert.deepEqual(await stateOf(former), state);
    });
  }

  it('neither overwrites nor takes back a code of the new owner', async () => {
    const takeBack: Late = (late, { tenure, shown }) => clearLinking(late, tenure.accountId, shown);
    for (const write of [LATE['shows no code'], LATE['shows no further code'], takeBack]) {
      assert.ok(write);
      const former = await makeFormer();
      const late = heldWrites(db);
      const written = write(late.db, former);
      await late.whenUnderWay(1);
      await writeLinking(db, await take(former.tenure.accountId), codeOf('present'));
      late.letLand();
      await written;
      assert.equal((await db.doc(paths.linking(former.tenure.accountId)).get()).get('qr'), 'present');
    }
  });
});

describe('what is written under a lease', () => {
  it('is written by whoever has it, again and again, whoever else writes', async () => {
    const { tenure, requestId, shown, noted } = await makeFormer();
    const { accountId } = tenure;
    await db.doc(paths.account(accountId)).update({ 'limits.perMinute': 10 });
    assert.ok(await noteLife(db, tenure, { eventAtMs: 2_000, messageAtMs: null }, noted), 'although a function wrote');
    const next = await writeLinking(db, tenure, codeOf('next'), shown);
    assert.ok(next);
    assert.ok(await writeLinking(db, tenure, codeOf('repeated'), shown), 'although its own answer was lost');
    assert.equal((await completeRequest(db, tenure, requestId)).became, 'written');
    assert.equal((await completeRequest(db, tenure, requestId)).became, 'unchanged');
    assert.equal(await resolveIncidents(db, tenure), 1);
  });

  it('is not written once it was given back', async () => {
    const former = await makeFormer();
    const { accountId, epoch } = former.tenure;
    const hostId = String((await db.doc(paths.lease(accountId)).get()).get('hostId'));
    await releaseLease(db, accountId, hostId, epoch);
    const state = await stateOf(former);
    const result = await underLease(db, former.tenure, [], () => assert.fail('nothing is decided'));
    assert.equal(result.became, 'fenced');
    assert.equal(await openIncident(db, former.tenure, { type: 'conflict', details: {} }), false);
    assert.deepEqual(await stateOf(former), state);
  });

  it('can be written by several at once', async () => {
    const { tenure } = await makeFormer();
    const types = ['connection_lost', 'logged_out', 'restricted', 'conflict'] as const;
    await Promise.all(types.map((type) => openIncident(db, tenure, { type, details: {} })));
    assert.equal(await resolveIncidents(db, tenure), types.length);
  });
});
