import { errorSchema } from '@switchboard/contract/failure';
import { incidentSchema } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { retryMessage, type MessageActionDeps } from '../callables/message-actions.ts';
import { callerOf } from '../callables/refused.ts';
import { onOutboxCreated } from '../outbox/on-outbox-created.ts';
import { changeEntry } from '../store/entries.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { reportIncidents } from '../store/incidents.ts';
import { timedOutbox } from '../store/queries.ts';
import { createOutboxSweep } from '../store/sweeping.ts';
import { MAX_WAIT_MS, sweepOutbox, type SweepDeps } from './sweep-outbox.ts';

const MINUTE_MS = 60_000;

describe('the sweep of the outbox', () => {
  let emulated: EmulatedOutbox;
  let deps: SweepDeps;
  let agent: string;
  let accountId: string;

  beforeEach(async () => {
    emulated = new EmulatedOutbox();
    agent = await emulated.project.addUser('agent');
    accountId = await emulated.addAccount();
    const { db } = emulated.project;
    deps = {
      router: emulated.deps,
      sweep: createOutboxSweep(db),
      change: (requestId, work) => changeEntry(db, requestId, work),
      reportStuck: (troubles) => reportIncidents(db, 'outbox_stuck', troubles),
      nowMs: Date.now,
      log: emulated.deps.log,
    };
  });
  afterEach(() => emulated.project.close());

  const ago = (ms: number) => Timestamp.fromMillis(Date.now() - ms);
  const queue = (fields: Record<string, unknown> = {}, id: string = randomUUID()) =>
    emulated.queue(
      { createdBy: agent, accountId, toPhone: '+40722000111', createdAt: ago(2 * MINUTE_MS), ...fields },
      id,
    );
  const read = (requestId: string) => emulated.read(paths.outbox(requestId));
  const statusOf = async (requestId: string) => (await read(requestId))['status'];
  const set = (requestId: string, fields: Record<string, unknown>) =>
    emulated.project.db.doc(paths.outbox(requestId)).update(fields);

  async function routed(fields: Record<string, unknown> = {}): Promise<string> {
    const requestId = await queue(fields);
    await onOutboxCreated(emulated.deps, requestId);
    return requestId;
  }

  it('routes what was written while no function ran, all of it, and leaves the young to the trigger', async () => {
    const ids = await Promise.all(Array.from({ length: 210 }, () => queue()));
    const young = await queue({ createdAt: Timestamp.now() });
    await sweepOutbox(deps);
    const statuses = await Promise.all(ids.map(statusOf));
    assert.deepEqual(new Set(statuses), new Set(['routed']));
    assert.equal(await statusOf(young), 'queued');
  }).timeout(120_000);

  it('goes on behind an entry that nobody can route', async () => {
    const broken = await queue({ createdAt: ago(3 * MINUTE_MS) });
    const fine = await queue();
    const { outbox } = emulated.deps;
    const router = {
      ...emulated.deps,
      outbox: {
        settle: ((id, work) =>
          id === broken ? Promise.reject(new Error('Auth is down')) : outbox.settle(id, work)) as typeof outbox.settle,
      },
    };
    await sweepOutbox({ ...deps, router });
    assert.deepEqual([await statusOf(broken), await statusOf(fine)], ['queued', 'routed']);
  });

  it('rejects what lay for a day, with a reason, and never sends it late', async () => {
    const requestId = await queue({ createdAt: ago(25 * 60 * MINUTE_MS) });
    await sweepOutbox(deps);
    const entry = await read(requestId);
    assert.equal(entry['status'], 'rejected');
    assert.deepEqual(entry['error'], {
      code: 'too_late',
      message: 'It is too late for this: createdAt: it was written more than a day ago.',
      field: 'createdAt',
    });
  });

  it('routes a scheduled entry that no host flipped in time', async () => {
    const requestId = await routed({ sendAt: Timestamp.fromMillis(Date.now() + 60 * MINUTE_MS) });
    assert.equal(await statusOf(requestId), 'scheduled');
    await sweepOutbox(deps);
    assert.equal(await statusOf(requestId), 'scheduled');
    await sweepOutbox({ ...deps, nowMs: () => Date.now() + 62 * MINUTE_MS });
    assert.equal(await statusOf(requestId), 'routed');
  });

  it('cancels what waits for an account that was deleted', async () => {
    const ids = [await routed(), await routed({ sendAt: Timestamp.fromMillis(Date.now() + 60 * MINUTE_MS) })];
    await emulated.project.db.doc(paths.account(accountId)).update({ desired: 'deleted', updatedAt: Timestamp.now() });
    await sweepOutbox(deps);
    for (const requestId of ids) {
      const entry = await read(requestId);
      assert.equal(entry['status'], 'cancelled');
      assert.equal(errorSchema.parse(entry['error']).code, 'account_deleted');
      assert.equal((await emulated.read(String(entry['messageRef'])))['status'], 'cancelled');
    }
  });

  it('gives up what waited a week for a connection, but not what was scheduled or put off until now', async () => {
    const old = { createdAt: ago(MAX_WAIT_MS + MINUTE_MS) };
    const [waited, due, putOff] = [await routed(), await routed(), await routed()];
    await set(waited, old);
    await set(due, { ...old, sendAt: ago(MINUTE_MS) });
    await set(putOff, { ...old, nextAttemptAt: ago(MINUTE_MS) });
    await sweepOutbox(deps);
    assert.deepEqual(
      [await statusOf(waited), await statusOf(due), await statusOf(putOff)],
      ['failed', 'routed', 'routed'],
    );
    const { error, messageRef } = await read(waited);
    assert.equal(errorSchema.parse(error).code, 'too_late');
    assert.equal((await emulated.read(String(messageRef)))['status'], 'failed');
  });

  it('gives what was tried again by hand another week', async () => {
    const requestId = await routed();
    await set(requestId, { createdAt: ago(MAX_WAIT_MS + MINUTE_MS) });
    await sweepOutbox(deps);
    assert.equal(await statusOf(requestId), 'failed');
    const { staff, project } = emulated;
    const calls: MessageActionDeps = { staff, log: deps.log, change: (id, work) => changeEntry(project.db, id, work) };
    await retryMessage(calls, callerOf(agent), { requestId });
    await sweepOutbox(deps);
    assert.equal(await statusOf(requestId), 'routed');
    await sweepOutbox({ ...deps, nowMs: () => Date.now() + MAX_WAIT_MS + MINUTE_MS });
    assert.equal(await statusOf(requestId), 'failed');
  });

  it('looks at nothing that was planned or put off until its own week is over', async () => {
    const old = { createdAt: ago(MAX_WAIT_MS + 60 * MINUTE_MS) };
    const [released, putOff, waited, late] = await Promise.all(Array.from({ length: 4 }, () => routed()));
    await set(String(released), { ...old, sendAt: ago(MINUTE_MS), nextAttemptAt: ago(MINUTE_MS) });
    await set(String(putOff), { ...old, nextAttemptAt: ago(-MINUTE_MS) });
    await set(String(waited), old);
    await set(String(late), { ...old, sendAt: old.createdAt, nextAttemptAt: ago(MAX_WAIT_MS + MINUTE_MS) });
    const visited: string[] = [];
    const change: SweepDeps['change'] = (id, work) => {
      visited.push(id);
      return deps.change(id, work);
    };
    await sweepOutbox({ ...deps, change });
    assert.deepEqual(visited.sort(), [waited, late].sort());
    const { size } = await timedOutbox(emulated.project.db, 'routed', Date.now() - MAX_WAIT_MS).get();
    assert.equal(size, 0, 'read, although their time has not come');
    await sweepOutbox({ ...deps, change: () => assert.fail('nothing is left to be done') });
  });

  it('tells of claims though there is no end of what waits, and ends what waits though nobody can be told', async () => {
    const [claimed, waited] = [await routed(), await routed()];
    await set(claimed, { status: 'processing', leaseUntil: ago(6 * MINUTE_MS) });
    await set(waited, { createdAt: ago(MAX_WAIT_MS + MINUTE_MS) });
    const broken = () => Promise.reject(new Error('too many'));
    await assert.rejects(sweepOutbox({ ...deps, reportStuck: broken }), /too many/);
    assert.equal(await statusOf(waited), 'failed');
    const endless = { ...deps.sweep, unroutedBefore: () => assert.fail('there is no end of them') };
    await assert.rejects(sweepOutbox({ ...deps, sweep: endless }), /no end/);
    const incident = await emulated.read(paths.incident(incidentIdOf(accountId, 'outbox_stuck')));
    assert.equal(incident['resolvedAt'], null);
  });

  it('tells of claims that were never settled, touches none, and tells when they are', async () => {
    const requestId = await routed();
    await set(requestId, { status: 'processing', leaseUntil: ago(6 * MINUTE_MS) });
    await sweepOutbox(deps);
    await sweepOutbox(deps);
    assert.equal(await statusOf(requestId), 'processing');
    const incident = async () =>
      incidentSchema.parse(await emulated.read(paths.incident(incidentIdOf(accountId, 'outbox_stuck'))));
    const open = await incident();
    assert.deepEqual([open.details, open.count, open.resolvedAt], [{ entries: 1 }, 2, null]);
    await set(requestId, { status: 'sent', leaseUntil: null });
    await sweepOutbox(deps);
    assert.notEqual((await incident()).resolvedAt, null);
  });

  it('ends a claim nobody came back to in a week', async () => {
    const requestId = await routed();
    const old = ago(MAX_WAIT_MS + MINUTE_MS);
    await set(requestId, { status: 'processing', leaseUntil: old, createdAt: old });
    await sweepOutbox(deps);
    assert.equal(await statusOf(requestId), 'failed');
  });

  describe('of a claim whose account was deleted', () => {
    let requestId: string;
    const DELETED = { desired: 'deleted', status: 'deleted' };
    const change = (fields: Record<string, unknown>) =>
      emulated.project.db.doc(paths.account(accountId)).update({ ...fields, updatedAt: Timestamp.now() });
    const incident = () => emulated.project.db.doc(paths.incident(incidentIdOf(accountId, 'outbox_stuck'))).get();

    beforeEach(async () => {
      requestId = await routed();
      await set(requestId, { status: 'processing', leaseUntil: ago(6 * MINUTE_MS) });
    });

    it('ends it: nobody will ever know', async () => {
      await change(DELETED);
      await sweepOutbox(deps);
      const { status, error, messageRef } = await read(requestId);
      assert.deepEqual([status, errorSchema.parse(error).code], ['failed', 'unacknowledged']);
      assert.equal((await emulated.read(String(messageRef)))['status'], 'failed');
      assert.equal((await incident()).exists, false);
    });

    it('leaves it to the host while that is still at the deletion', async () => {
      await change({ desired: 'deleted' });
      await sweepOutbox(deps);
      assert.equal(await statusOf(requestId), 'processing');
      assert.deepEqual((await incident()).get('details'), { entries: 1 });
    });

    it('leaves it to the next host when the account is added again meanwhile', async () => {
      await change(DELETED);
      await sweepOutbox({
        ...deps,
        change: async (id, work) => {
          await change({ desired: 'online', status: 'connecting' });
          return deps.change(id, work);
        },
      });
      assert.equal(await statusOf(requestId), 'processing');
      assert.deepEqual((await incident()).get('details'), { entries: 1 });
    });
  });

  it('goes on behind claims it cannot end, and tells people of those', async () => {
    const [broken, undated] = [await emulated.addAccount(), await emulated.addAccount()];
    const claims = [await routed({ accountId: broken }), await routed({ accountId: undated }), await routed()];
    for (const [index, requestId] of claims.entries()) {
      const old = ago(MAX_WAIT_MS + (10 - index) * MINUTE_MS);
      await set(requestId, { status: 'processing', leaseUntil: old, createdAt: old });
    }
    await emulated.project.db.doc(paths.account(broken)).update({ status: 'nonsense' });
    await set(String(claims[1]), { createdAt: 'nonsense' });
    await sweepOutbox(deps);
    assert.deepEqual(await Promise.all(claims.map(statusOf)), ['processing', 'processing', 'failed']);
    for (const id of [broken, undated]) {
      const incident = await emulated.read(paths.incident(incidentIdOf(id, 'outbox_stuck')));
      assert.deepEqual([incident['details'], incident['resolvedAt']], [{ entries: 1 }, null]);
    }
  });
});
