/** What an account does when its connection ends, for each way the network can end it. */
import assert from 'node:assert/strict';
import type { AccountStatus, StatusReasonCode } from '@switchboard/contract/account';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';
import { newStage, stopAll, type Running, type Stage } from './session-stage.ts';

async function linked(): Promise<{ readonly stage: Stage; readonly running: Running }> {
  const stage = await newStage();
  const running = await stage.run();
  await simulator.scan(stage.phone, await stage.code('qr'));
  await stage.when('it to be connected', ({ status }) => status === 'connected');
  return { stage, running };
}

/** Waits until the connection went down and came back. */
async function reopened(running: Running): Promise<void> {
  await waitFor(
    () => [...running.turns],
    (turns) => turns.join(' ').includes('closed open'),
    { what: 'the connection to come back' },
  );
}

async function openSockets(phone: string): Promise<number> {
  return (await simulator.stats()).openSockets[phone] ?? 0;
}

/** The linked devices a phone lists. */
async function companionsOf(phone: string): Promise<unknown> {
  const answer = await fetch(`${stack.simulatorUrl()}/phones`);
  const phones = (await answer.json()) as { readonly phone: string; readonly companions: unknown }[];
  return phones.find((each) => each.phone === phone)?.companions;
}

const RECOVERED = [428, 500, 503, 515, 401] as const;

const FINAL: readonly {
  readonly code: number;
  readonly status: AccountStatus;
  readonly reason: StatusReasonCode;
  readonly isIncident: boolean;
}[] = [
  { code: 402, status: 'restricted', reason: 'banned_for_a_time', isIncident: true },
  { code: 403, status: 'restricted', reason: 'locked', isIncident: true },
  { code: 406, status: 'restricted', reason: 'banned', isIncident: true },
  { code: 411, status: 'needs_qr', reason: 'multi_device_off', isIncident: false },
];

describe('an account whose connection is closed', () => {
  afterEach(stopAll);
  afterEach(() => simulator.clearFaults());

  for (const code of RECOVERED) {
    it(`with ${String(code)} once comes back by itself, with the same link`, async () => {
      const { stage, running } = await linked();
      await simulator.fault({ account: stage.phone, kind: 'close', code });
      await reopened(running);
      const account = await stage.when('it to be connected', ({ status }) => status === 'connected');
      assert.equal(account.reconnectAttempts, 0);
      assert.equal(await openSockets(stage.phone), 1);
    });
  }

  for (const { code, status, reason, isIncident } of FINAL) {
    it(`with ${String(code)} stops as ${status}, and says why`, async () => {
      const { stage } = await linked();
      await simulator.fault({ account: stage.phone, kind: 'close', code, times: 5 });
      const account = await stage.when(`it to be ${status}`, (seen) => seen.status === status);
      assert.equal(account.statusReason?.code, reason);
      assert.equal(account.lastDisconnect?.code, code);
      const incident = adminFirestore().doc(paths.incident(incidentIdOf(stage.accountId, 'restricted')));
      if (isIncident) {
        await waitFor(
          async () => (await incident.get()).data(),
          (seen) => seen?.['severity'] === 'high',
          { what: 'the incident' },
        );
      }
      assert.equal(await openSockets(stage.phone), 0);
    });
  }

  it('because the phone removed it is logged out, and links anew when asked', async () => {
    const { stage } = await linked();
    await simulator.unlink(stage.phone);
    const account = await stage.when('it to be logged out', ({ status }) => status === 'logged_out');
    assert.equal(account.statusReason?.code, 'logged_out');
    await stage.ask('relink', { status: 'connecting' });
    await simulator.scan(stage.phone, await stage.code('qr'));
    await stage.when('it to be connected', ({ status }) => status === 'connected');
    assert.equal(await openSockets(stage.phone), 1);
    const backups = await adminFirestore().doc(paths.session(stage.accountId)).collection('backups').get();
    // The credentials of the link that ended, and those of the new one.
    assert.equal(backups.size, 2);
  });

  it('by another owner stands down without a word', async () => {
    const stage = await newStage();
    const former = await stage.run({ holdsLease: false });
    await simulator.scan(stage.phone, await stage.code('qr'));
    await stage.when('it to be connected', ({ status }) => status === 'connected');
    const owner = await stage.run();
    await waitFor(
      () => [...former.turns],
      (turns) => turns.at(-1) === 'closed',
      { what: 'the former owner to be closed' },
    );
    await owner.open();
    await stage.when('its status to follow', ({ status }) => status === 'connected');
    assert.equal(await openSockets(stage.phone), 1);
    assert.equal(former.supervisor.socket(), null);
  });

  it('by somebody else with the same link waits half a minute before it comes back', async () => {
    const { stage } = await linked();
    await simulator.fault({ account: stage.phone, kind: 'close', code: 440 });
    const account = await stage.when('it to wait', ({ status }) => status === 'reconnecting');
    assert.equal(account.statusReason?.code, 'conflict');
  });
});

describe('an account that cannot connect', () => {
  afterEach(stopAll);
  afterEach(() => simulator.clearFaults());

  for (const fault of [
    { kind: 'upgrade-status', status: 403 },
    { kind: 'no-hello' },
    { kind: 'no-success' },
  ] as const) {
    it(`because of ${fault.kind} tries again and never takes it for the end of the link`, async () => {
      const { stage, running } = await linked();
      await running.stop();
      await simulator.fault({ account: stage.phone, ...fault, times: 1_000 });
      const next = await stage.run({ openTimeoutMs: 2_000 });
      const down = await stage.when('a failed try to be seen', ({ reconnectAttempts }) => reconnectAttempts >= 1);
      assert.equal(down.status, 'reconnecting');
      assert.equal(down.statusReason?.code, 'connection_lost');
      await simulator.clearFaults(stage.phone);
      await next.open();
      await stage.when('it to be connected', ({ status }) => status === 'connected');
    });
  }

  it('shows an incident after five tries, and still comes back', async () => {
    const { stage, running } = await linked();
    await running.stop();
    await simulator.fault({ account: stage.phone, kind: 'upgrade-status', status: 503, times: 5 });
    const next = await stage.run();
    const incident = adminFirestore().doc(paths.incident(incidentIdOf(stage.accountId, 'connection_lost')));
    await waitFor(
      async () => (await incident.get()).exists,
      (exists) => exists,
      { what: 'the incident', timeoutMs: 60_000 },
    );
    await waitFor(
      () => next.supervisor.socket(),
      (socket) => socket !== null,
      { what: 'the connection', timeoutMs: 60_000 },
    );
  }).timeout(120_000);
});

describe('an account that people', () => {
  afterEach(stopAll);

  it('disconnect is offline and keeps its link', async () => {
    const { stage } = await linked();
    await stage.ask('disconnect', { desired: 'offline' });
    const account = await stage.when('it to be offline', ({ pendingRequest }) => pendingRequest === null);
    assert.equal(account.status, 'disconnected');
    assert.equal(account.statusReason?.code, 'asked');
    assert.equal(await openSockets(stage.phone), 0);
    await stage.ask('connect', { desired: 'online', status: 'connecting' });
    await stage.when('it to be connected again', ({ status }) => status === 'connected');
    assert.equal((await adminFirestore().doc(paths.linking(stage.accountId)).get()).exists, false);
  });

  it('delete while it is offline is unlinked all the same', async () => {
    const { stage } = await linked();
    await stage.ask('disconnect', { desired: 'offline' });
    await stage.when('it to be offline', ({ pendingRequest }) => pendingRequest === null);
    await stage.ask('delete', { desired: 'deleted' });
    await stage.when('it to be deleted', ({ status, pendingRequest }) => status === 'deleted' && !pendingRequest);
    const session = await adminFirestore().doc(paths.session(stage.accountId)).get();
    assert.equal(session.get('creds'), null);
    assert.deepEqual(await companionsOf(stage.phone), []);
  });

  it('delete is unlinked, and nothing of its session is left', async () => {
    const { stage } = await linked();
    await stage.ask('delete', { desired: 'deleted' });
    await stage.when('it to be deleted', ({ status, pendingRequest }) => status === 'deleted' && !pendingRequest);
    const session = await adminFirestore().doc(paths.session(stage.accountId)).get();
    assert.equal(session.get('creds'), null);
    assert.equal((await adminFirestore().collection(paths.sessionKeys(stage.accountId)).get()).size, 0);
    assert.equal(await openSockets(stage.phone), 0);
    assert.deepEqual(await companionsOf(stage.phone), []);
  });
});
