import assert from 'node:assert/strict';
import { accountSchema, type Account } from '@switchboard/contract/account';
import { accountIdOf, incidentIdOf } from '@switchboard/contract/ids';
import { describeIncident, incidentSchema, type IncidentType } from '@switchboard/contract/incident';
import { newAccount } from '@switchboard/contract/new-account';
import { outboxStatusSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { readSchedules, runSchedule } from '../../scripts/lib/schedules.ts';
import { whenOutbox } from '../support/journey.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

describe('schedules, in the functions emulator', () => {
  let agent: Staff;
  const db = adminFirestore;
  const run = (name: string) => runSchedule(stack.functions(), stack.projectId, name);
  const minutesAgo = (minutes: number) => Timestamp.fromMillis(Date.now() - minutes * 60_000);

  before(async () => {
    agent = await signInAs('agent');
  });

  const left: string[] = [];
  /** An account no host of another test takes: it is nobody's to run. */
  async function addAccount(fields: Partial<Account>): Promise<string> {
    const phoneE164 = freshPhone();
    const accountId = accountIdOf('demo', phoneE164);
    const now = Timestamp.now();
    const account = newAccount({ name: 'Shop', phoneE164, team: 'main', createdBy: 'test', ...fields });
    await db()
      .doc(paths.account(accountId))
      .set({ ...account, createdAt: now, updatedAt: now });
    left.push(accountId);
    return accountId;
  }
  after(async () => {
    const gone = { status: 'deleted', desired: 'deleted', ownerHostId: null };
    await Promise.all(left.map((accountId) => db().doc(paths.account(accountId)).update(gone)));
  });

  it('are all there, each with a period local runs understand', async () => {
    const schedules = await readSchedules(stack.functions());
    const periods = Object.fromEntries(schedules.map(({ name, everyMs }) => [name, everyMs / 60_000]));
    assert.deepEqual(periods, {
      expireLinking: 1,
      purgeExpired: 1_440,
      reportSilentHosts: 1,
      runBulkSends: 1,
      sweepOutbox: 1,
      sweepRequests: 1,
      sweepUsers: 1,
    });
  });

  it('route an entry whose event was lost', async () => {
    const accountId = await addAccount({ status: 'disconnected', desired: 'offline' });
    const requestId = freshId('stuck');
    const entry = db().doc(paths.outbox(requestId));
    const queued = { status: 'queued', createdBy: agent.uid, createdAt: minutesAgo(2) };
    // Refused for its lack of a text, it has used up the one event a document has.
    await entry.set(queued);
    await whenOutbox(requestId, 'rejected');
    await entry.set({ ...queued, accountId, toPhone: freshPhone(), payload: { kind: 'text', text: 'Good morning' } });
    await run('sweepOutbox');
    assert.equal(outboxStatusSchema.parse((await entry.get()).get('status')), 'routed');
  });

  it('route an account request whose event was lost', async () => {
    const admin = await signInAs('admin');
    const requestId = freshId('stuck');
    const request = db().doc(paths.accountRequest(requestId));
    const queued = { status: 'queued', createdBy: admin.uid, createdAt: minutesAgo(2) };
    // Refused for its lack of a type, it has used up the one event a document has.
    await request.set(queued);
    await waitFor(
      async () => (await request.get()).get('status') as unknown,
      (status) => status === 'rejected',
      { what: 'the request without a type to be refused' },
    );
    const phone = freshPhone();
    left.push(accountIdOf('demo', phone));
    await request.set({ ...queued, type: 'add', name: 'Late', phone });
    await run('sweepRequests');
    assert.equal((await request.get()).get('status'), 'routed');
  });

  it('take back a code for linking whose host died, and say that a new one is needed', async () => {
    const hostId = freshId('dead-host');
    const accountId = await addAccount({ status: 'qr_ready', ownerHostId: hostId });
    const linking = db().doc(paths.linking(accountId));
    await linking.set({ qr: 'x', qrDataUrl: null, pairingCode: null, expiresAt: minutesAgo(5), attempt: 1 });
    await run('expireLinking');
    assert.equal((await linking.get()).exists, false);
    const account = accountSchema.parse((await db().doc(paths.account(accountId)).get()).data());
    assert.equal(account.status, 'needs_qr');
    assert.equal(account.statusReason?.code, 'host_silent');
  });

  it('take back a code that has not run out, of a host that has run nothing for a minute', async () => {
    const hostId = freshId('fenced-host');
    const accountId = await addAccount({ status: 'qr_ready', ownerHostId: hostId });
    const linking = db().doc(paths.linking(accountId));
    await linking.set({ qr: 'x', qrDataUrl: null, pairingCode: null, expiresAt: minutesAgo(-5), attempt: 1 });
    const host = { state: 'running', accounts: 1, capacity: 10, version: 'test', startedAt: minutesAgo(5) };
    // It falls silent besides: of one that beats, a code that was just written stays.
    await db()
      .doc(paths.host(hostId))
      .set({ ...host, leaseTtlMs: 1, fencedForMs: 61_000, heartbeatAt: minutesAgo(0) });
    await run('expireLinking');
    assert.equal((await linking.get()).exists, false);
    const account = accountSchema.parse((await db().doc(paths.account(accountId)).get()).data());
    assert.equal(account.statusReason?.code, 'host_silent');
  });

  it('tell of an account whose host gave it up and that nobody took', async () => {
    const hostId = freshId('gone-host');
    const accountId = await addAccount({ status: 'disconnected', desired: 'online', ownerHostId: null });
    // Of a status no host takes by itself, so that no host of another test does; then as its host left it, long ago.
    await db()
      .doc(paths.account(accountId))
      .update({ status: 'connected', updatedAt: minutesAgo(10), ownerHostId: hostId });
    await db().doc(paths.host(hostId)).set({ state: 'gone' });
    await run('reportSilentHosts');
    const incident = db().doc(paths.incident(incidentIdOf(accountId, 'host_silent')));
    // A host that said goodbye is silent from then on; what it owns is trouble once others had a minute to take it.
    assert.equal((await incident.get()).exists, false);
    await db()
      .doc(paths.account(accountId))
      .update({ ownerHostId: null, updatedAt: minutesAgo(10) });
    await run('reportSilentHosts');
    assert.equal(incidentSchema.parse((await incident.get()).data()).severity, 'high');
  });

  it('remove what is older than history is kept', async () => {
    const audit = db().doc(paths.audit(freshId('old')));
    await audit.set({
      action: 'user.role',
      by: 'a',
      accountId: null,
      target: null,
      details: {},
      at: minutesAgo(600_000),
    });
    await run('purgeExpired');
    assert.equal((await audit.get()).exists, false);
  });

  it('end the notice of what happened a week ago, and no trouble that may go on', async () => {
    const accountId = freshId('noticed');
    const add = async (type: IncidentType, minutes: number) => {
      const incident = db().doc(paths.incident(incidentIdOf(accountId, type)));
      const at = minutesAgo(minutes);
      const shown = { accountId, type, ...describeIncident(type), details: {}, count: 1 };
      await incident.set({ ...shown, ts: at, lastAt: at, resolvedAt: null });
      return incident;
    };
    const [old, recent] = [await add('session_restored', 11_000), await add('message_unstored', 9_000)];
    const other = await add('restricted', 11_000);
    await run('purgeExpired');
    const ended = await Promise.all(
      [old, recent, other].map(async (incident) => (await incident.get()).get('resolvedAt') as unknown),
    );
    assert.deepEqual(
      ended.map((at) => at !== null),
      [true, false, false],
    );
  });
});
