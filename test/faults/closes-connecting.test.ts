/** Each way a connection can fail before it stands: none of them is taken for the end of the link, and each is tried again. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, whenAccount, type LinkedAccount } from '../support/journey.ts';
import { simulator, type Fault } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import {
  allIncidents,
  newBystander,
  openIncidents,
  QUICK,
  SLOW_MS,
  strike,
  whenIncident,
  whenIncidentWas,
  whenNoIncidents,
  whenStatus,
  whenWell,
  type Bystander,
} from './closes-scene.ts';

type Failing = Pick<Fault, 'kind'> & { readonly status?: number; readonly xmlns?: string };

/** What meets the next try, and the close code it ends with. */
const FAILING: readonly { readonly fault: Failing; readonly code: number }[] = [
  { fault: { kind: 'upgrade-status', status: 401 }, code: 401 },
  { fault: { kind: 'upgrade-status', status: 403 }, code: 403 },
  { fault: { kind: 'upgrade-status', status: 404 }, code: 404 },
  { fault: { kind: 'upgrade-status', status: 429 }, code: 429 },
  { fault: { kind: 'upgrade-status', status: 500 }, code: 500 },
  { fault: { kind: 'upgrade-status', status: 503 }, code: 503 },
  { fault: { kind: 'upgrade-reset' }, code: 408 },
  { fault: { kind: 'no-hello' }, code: 408 },
  { fault: { kind: 'no-success' }, code: 408 },
];

/** Questions without whose answer no connection is open. */
const NEEDED = ['encrypt', 'passive'] as const;
/** Questions an open connection asks, that it can do without. */
const IDLE = ['abt', 'blocklist', 'privacy', 'w:mex', 'usync'] as const;

function nameOf({ kind, status }: Failing): string {
  return status === undefined ? kind : `HTTP ${String(status)} at the upgrade`;
}

describe('an account that cannot connect', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  /** Drops the connection; the next try meets the fault. */
  async function dropInto(account: LinkedAccount, fault: Failing): Promise<void> {
    await simulator.fault({ ...fault, account: account.phone });
    await simulator.fault({ account: account.phone, kind: 'close', code: 428 });
  }

  function whenSecondTryFailed(account: LinkedAccount, code: number) {
    return whenAccount(
      account.accountId,
      `the second try to fail with ${String(code)}`,
      ({ reconnectAttempts, lastDisconnect }) => reconnectAttempts >= 2 && lastDisconnect?.code === code,
      SLOW_MS,
    );
  }

  for (const { fault, code } of FAILING) {
    it(`because of ${nameOf(fault)} keeps its link and tries again`, async () => {
      const account = await linkByQr(admin, 'Unlucky');
      await dropInto(account, fault);
      const shown = await whenSecondTryFailed(account, code);
      assert.deepEqual([shown.status, shown.statusReason?.code], ['reconnecting', 'connection_lost']);
      assert.deepEqual(await openIncidents(account.accountId), []);
      await whenWell(account);
    });
  }

  for (const xmlns of NEEDED) {
    it(`because "${xmlns}" is not answered gives up in time, and tries again`, async () => {
      const account = await linkByQr(admin, 'Unanswered');
      await dropInto(account, { kind: 'mute', xmlns });
      const shown = await whenSecondTryFailed(account, 408);
      assert.deepEqual([shown.status, shown.statusReason?.code], ['reconnecting', 'connection_lost']);
      await simulator.clearFaults(account.phone);
      await whenWell(account);
    });
  }

  for (const xmlns of IDLE) {
    it(`is not kept by "${xmlns}" that is not answered`, async () => {
      const account = await linkByQr(admin, 'Patient');
      await dropInto(account, { kind: 'mute', xmlns });
      // That it was reconnecting may be over before anybody sees it; that it was dropped stays.
      await whenAccount(
        account.accountId,
        'the account to be connected again',
        ({ status, lastDisconnect }) => status === 'connected' && lastDisconnect?.code === 428,
        SLOW_MS,
      );
      await whenWell(account);
      await simulator.clearFaults(account.phone);
    });
  }

  it('is not shown as connected while pings are not answered', async () => {
    const account = await linkByQr(admin, 'Unproven');
    await simulator.fault({ account: account.phone, kind: 'mute', xmlns: 'w:p' });
    const shown = await whenStatus(account.accountId, 'reconnecting', 'connection_lost');
    assert.equal(shown.lastDisconnect?.code, 408);
    await simulator.clearFaults(account.phone);
    await whenWell(account);
  });

  it('for long is an incident, resolved once it has held', async () => {
    const account = await linkByQr(admin, 'Flapping');
    await simulator.fault({ account: account.phone, kind: 'no-success', times: 5 });
    await simulator.fault({ account: account.phone, kind: 'close', code: 428 });
    await whenAccount(account.accountId, 'five tries', ({ reconnectAttempts }) => reconnectAttempts >= 5, 120_000);
    const { severity, details } = await whenIncidentWas(account.accountId, 'connection_lost');
    assert.deepEqual([severity, details['code']], ['medium', 408]);
    await whenStatus(account.accountId, 'connected');
    await whenNoIncidents(account.accountId);
  });
});

describe('an account whose connection opens and drops again and again', function () {
  this.timeout(400_000);
  /** More than it takes to see that a connection stands and to drop it, on a machine that is busy. */
  const HELD_AFTER_MS = 20_000;
  const DROPS = 6;
  const DROPS_BEFORE_INCIDENT = 5;
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;

  before(async () => {
    host = await startHost({ env: { ...QUICK, STABLE_AFTER_MS: String(HELD_AFTER_MS) } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
  });

  after(() => host.stop());

  it('waits longer each time, is one incident, and begins anew once a connection has held', async () => {
    const account = await linkByQr(admin, 'Wavering');
    const drop = () => strike(account, { kind: 'close', code: 428 }, 'reconnecting', 'connection_lost');
    for (let times = 1; times <= DROPS; times += 1) {
      const droppedAt = performance.now();
      assert.equal((await drop()).reconnectAttempts, times);
      if (times < DROPS_BEFORE_INCIDENT) assert.deepEqual(await allIncidents(account.accountId), []);
      else await whenIncident(account.accountId, 'connection_lost');
      await whenStatus(account.accountId, 'connected');
      const leastMs = Math.min(30_000, 1_000 * 2 ** (times - 1)) / 2;
      assert.ok(performance.now() - droppedAt >= leastMs, `back too soon after drop ${String(times)}`);
    }
    await whenNoIncidents(account.accountId);
    const { severity, details, count } = await whenIncidentWas(account.accountId, 'connection_lost');
    assert.deepEqual([severity, details['code'], count], ['medium', 428, 1]);
    assert.equal((await drop()).reconnectAttempts, 1);
    await whenStatus(account.accountId, 'connected');
    await bystander.assertUntouched();
  });
});
