/** Each way WhatsApp can close a connection that stands: what the account shows, what people are told, and that it comes back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { accountSchema, type AccountStatus, type StatusReasonCode } from '@switchboard/contract/account';
import type { IncidentType } from '@switchboard/contract/incident';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { stateFolder } from '../../scripts/lib/repo.ts';
import {
  askAccount,
  linkByQr,
  recordStatuses,
  shownQr,
  whenAccount,
  type LinkedAccount,
  type Recording,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import {
  closeOnce,
  connectAgain,
  loginsOf,
  newBystander,
  openIncidents,
  openSockets,
  QUICK,
  SLOW_MS,
  strike,
  whenHostWentOn,
  whenIncident,
  whenIncidentWas,
  whenStatus,
  whenWell,
  type Bystander,
} from './closes-scene.ts';

/** Those it comes back from by itself. */
const PASSING: readonly { readonly code: number; readonly reason: StatusReasonCode; readonly times?: number }[] = [
  { code: 401, reason: 'connection_lost' },
  { code: 405, reason: 'client_outdated', times: 2 },
  { code: 408, reason: 'connection_lost' },
  { code: 409, reason: 'client_outdated', times: 2 },
  // This and 501 say nothing to anybody: a link is not given up over them.
  { code: 418, reason: 'connection_lost', times: 2 },
  { code: 428, reason: 'connection_lost' },
  { code: 500, reason: 'connection_lost' },
  { code: 501, reason: 'connection_lost', times: 2 },
  { code: 503, reason: 'connection_lost' },
  { code: 515, reason: 'connection_lost', times: 2 },
];

/** How an account stands, in words, each time it changes: from how it stands now, which is waited for. */
async function recordStandings(accountId: string): Promise<Recording> {
  const seen: string[] = [];
  const stop = adminFirestore()
    .doc(paths.account(accountId))
    .onSnapshot((snapshot) => {
      const { status, statusReason, reconnectAttempts, lastDisconnect } = accountSchema.parse(snapshot.data());
      const why = statusReason ? ` (${statusReason.code}, ${String(lastDisconnect?.code)})` : '';
      const standing = `${status}${why}, try ${String(reconnectAttempts)}`;
      if (seen.at(-1) !== standing) seen.push(standing);
    });
  await waitFor(
    () => seen.length,
    (count) => count > 0,
    { what: 'how the account stands' },
  );
  return { seen, stop };
}

/** Those that end in a status which somebody has to change. */
const FINAL: readonly {
  readonly code: number;
  readonly times: number;
  readonly status: AccountStatus;
  readonly reason: StatusReasonCode;
  readonly incident: IncidentType;
}[] = [
  { code: 401, times: 2, status: 'logged_out', reason: 'logged_out', incident: 'logged_out' },
  { code: 402, times: 1, status: 'restricted', reason: 'banned_for_a_time', incident: 'restricted' },
  { code: 403, times: 1, status: 'restricted', reason: 'locked', incident: 'restricted' },
  { code: 406, times: 1, status: 'restricted', reason: 'banned', incident: 'restricted' },
  { code: 411, times: 1, status: 'needs_qr', reason: 'multi_device_off', incident: 'multi_device_off' },
];

describe('an account whose connection WhatsApp closes', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;
  /** These take minutes, so they go on beside the others. */
  let contested: LinkedAccount;
  let contestedLogins: number;
  let contestedStandings: Recording;
  let stubborn: LinkedAccount;
  /** Those that were given up, with how often they had logged in before. */
  const givenUp: { readonly account: LinkedAccount; readonly status: AccountStatus; readonly logins: number }[] = [];

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
    [contested, stubborn] = [await linkByQr(admin, 'Contested'), await linkByQr(admin, 'Stubborn')];
    contestedLogins = await loginsOf(contested.phone);
    contestedStandings = await recordStandings(contested.accountId);
    await simulator.fault({ account: contested.phone, kind: 'close', code: 440, times: 4 });
    await simulator.fault({ account: stubborn.phone, kind: 'close', code: 503, times: 6 });
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  for (const { code, reason, times = 1 } of PASSING) {
    it(`with ${String(code)} shows as reconnecting (${reason}) and comes back with the same link`, async () => {
      const account = await linkByQr(admin, 'Passing');
      const shown = await strike(account, { kind: 'close', code, times }, 'reconnecting', reason);
      assert.ok(shown.reconnectAttempts >= 1);
      assert.deepEqual(await openIncidents(account.accountId), []);
      await whenWell(account);
    });
  }

  for (const { code, times, status, reason, incident } of FINAL) {
    it(`with ${String(code)}, ${String(times)} times, ends as ${status} (${reason}) and is an incident`, async () => {
      const account = await linkByQr(admin, 'Final');
      const logins = await loginsOf(account.phone);
      await strike(account, { kind: 'close', code, times }, status, reason);
      const told = await whenIncident(account.accountId, incident);
      assert.equal(told.severity, 'high');
      assert.equal(told.details['code'], code);
      assert.equal(await openSockets(account.phone), 0);
      assert.equal((await adminFirestore().doc(paths.session(account.accountId)).get()).get('creds') === null, false);
      givenUp.push({ account, status, logins });
    });
  }

  it('with 411 links anew when asked', async () => {
    const account = await linkByQr(admin, 'Old phone');
    await strike(account, { kind: 'close', code: 411 }, 'needs_qr', 'multi_device_off');
    await askAccount(admin, { type: 'relink', accountId: account.accountId });
    await simulator.scan(account.phone, await shownQr(account.accountId));
    await whenWell(account);
  });

  it('with 515 is back at once, and shows nothing of it', async () => {
    const account = await linkByQr(admin, 'Restarted');
    const watched = await recordStatuses(admin, paths.account(account.accountId));
    await closeOnce(account, 515);
    const shown = await whenWell(account);
    watched.stop();
    assert.equal(shown.lastDisconnect, null);
    assert.deepEqual(
      watched.seen.filter((status) => status !== 'connected'),
      [],
    );
  });

  it('with 440 because another host has its lease stops, and changes nothing', async () => {
    const account = await linkByQr(admin, 'Taken over');
    const watched = await recordStatuses(admin, paths.account(account.accountId));
    const lease = adminFirestore().doc(paths.lease(account.accountId));
    const epoch = Number((await lease.get()).get('epoch'));
    await lease.update({ hostId: 'another-host', epoch: epoch + 1 });
    await simulator.fault({ account: account.phone, kind: 'close', code: 440 });
    await waitFor(
      () => openSockets(account.phone),
      (open) => open === 0,
      { what: 'the socket to close', timeoutMs: SLOW_MS },
    );
    const shown = await whenAccount(account.accountId, 'the account', () => true);
    watched.stop();
    assert.equal(shown.lastDisconnect, null);
    assert.deepEqual(
      watched.seen.filter((status) => status !== 'connected'),
      [],
    );
  });

  it('by sending what is no frame comes back, and no forgotten promise ends the host', async () => {
    const account = await linkByQr(admin, 'Garbled');
    await strike(account, { kind: 'garbage' }, 'reconnecting', 'connection_lost');
    await whenWell(account);
    const log = readFileSync(
      path.join(stateFolder('logs', process.env['SWITCHBOARD_SUITE'] ?? ''), `${host.hostId}.log`),
    );
    assert.match(log.toString('utf8'), /a rejected promise was not handled/);
    assert.ok((await fetch(`${host.url}/livez`)).ok);
  });

  it('again and again is an incident after five tries, and resolved once it is well', async () => {
    const incident = await whenIncidentWas(stubborn.accountId, 'connection_lost');
    assert.equal(incident.severity, 'medium');
    assert.equal(incident.details['code'], 503);
    await whenWell(stubborn);
  });

  it('with 440 again and again waits half a minute each time, and leaves it to the other after three', async () => {
    const shown = await whenAccount(
      contested.accountId,
      'the account to be left to the other',
      ({ status }) => status === 'disconnected',
      200_000,
    );
    assert.equal(shown.statusReason?.code, 'conflict');
    const { lastConnectedAt, lastDisconnectedAt } = shown;
    assert.ok(lastConnectedAt && lastDisconnectedAt);
    assert.ok(lastDisconnectedAt.toMillis() - lastConnectedAt.toMillis() >= 90_000);
    const { seen } = contestedStandings;
    await waitFor(
      () => seen.at(-1) ?? '',
      (last) => last.startsWith('disconnected'),
      { what: 'this to be seen' },
    );
    contestedStandings.stop();
    const waits = [1, 2, 3].map((count) => `reconnecting (conflict, 440), try ${String(count)}`);
    assert.deepEqual(seen, ['connected, try 0', ...waits, 'disconnected (conflict, 440), try 0']);
    const { severity, details } = await whenIncident(contested.accountId, 'conflict');
    assert.deepEqual([severity, details['code']], ['high', 440]);
    await whenStatus(contested.accountId, 'disconnected', 'conflict');
    givenUp.push({ account: contested, status: 'disconnected', logins: contestedLogins });
  });

  it('for good is not connected again until somebody asks, and then it is', async () => {
    assert.equal(givenUp.length, FINAL.length + 1, 'some were not given up');
    // Longer than any wait between two tries, the half minute of a conflict and the four tries before included.
    await whenHostWentOn(contested, 40_000);
    for (const { account, status, logins } of givenUp) {
      // Nothing would keep it from logging in.
      assert.equal(await simulator.timesLeft(account.phone, 'close'), null);
      assert.deepEqual([await loginsOf(account.phone), await openSockets(account.phone)], [logins, 0], status);
      assert.equal((await whenAccount(account.accountId, 'the account', () => true)).status, status);
      await connectAgain(admin, account);
    }
  });
});
