import { incidentIdOf } from '@switchboard/contract/ids';
import { hostSchema } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { recordingLog } from '../store/emulated.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { forgetSilentHosts, readUnserved, showUnconnected } from '../store/hosts.ts';
import { reportIncidents } from '../store/incidents.ts';
import { findLostHosts, restoreHosts } from '../store/lost-hosts.ts';
import { reportSilentHosts, type SilentHostsDeps } from './report-silent-hosts.ts';

describe('the report of accounts that no host serves', () => {
  let emulated: EmulatedOutbox;
  let log: ReturnType<typeof recordingLog>;
  let deps: SilentHostsDeps;

  beforeEach(() => {
    emulated = new EmulatedOutbox();
    const { db } = emulated.project;
    log = recordingLog();
    deps = {
      // A host is silent from its goodbye on: nobody gets the minute for taking over.
      findLostHosts: () => findLostHosts(db),
      readUnserved: (nowMs, _restMs, lostHostIds, onUnreadable) =>
        readUnserved(db, nowMs, 0, lostHostIds, onUnreadable),
      restoreHosts: (hostIds, leaseTtlMs) => restoreHosts(db, hostIds, leaseTtlMs),
      showUnconnected: (_restMs, lostHostIds) => showUnconnected(db, 0, lostHostIds),
      forgetSilentHosts: (afterMs) => forgetSilentHosts(db, afterMs),
      reportUnserved: (troubles) => reportIncidents(db, 'host_silent', troubles),
      nowMs: Date.now,
      log,
    };
  });
  afterEach(() => emulated.project.close());

  async function addAccounts(ownerHostId: string | null): Promise<readonly [broken: string, fine: string]> {
    const fields = { ownerHostId, updatedAt: Timestamp.fromMillis(0) };
    const [broken = '', fine = ''] = [await emulated.addAccount(fields), await emulated.addAccount(fields)].sort();
    await emulated.project.db.doc(paths.account(broken)).update({ desired: 'nonsense' });
    return [broken, fine];
  }
  const incidentOf = (accountId: string) => emulated.read(paths.incident(incidentIdOf(accountId, 'host_silent')));
  const isToldOf = (accountId: string) =>
    log.lines.some((line) => line.startsWith('sweep could not') && line.includes(accountId));

  it('goes on behind an account of a dead host that cannot be read, and tells of it', async () => {
    await emulated.project.db.doc(paths.host('dead')).set({ state: 'gone' });
    const [broken, fine] = await addAccounts('dead');
    await reportSilentHosts(deps);
    assert.deepEqual((await incidentOf(fine))['details'], { hostId: 'dead' });
    assert.equal((await emulated.read(paths.account(fine)))['status'], 'reconnecting');
    assert.ok(isToldOf(broken));
  });

  it('shows accounts as not connected also when nobody can be told', async () => {
    await emulated.project.db.doc(paths.host('dead')).set({ state: 'gone' });
    const accountId = await emulated.addAccount({ ownerHostId: 'dead', updatedAt: Timestamp.fromMillis(0) });
    const reportUnserved = () => Promise.reject(new Error('no incident can be written'));
    await assert.rejects(reportSilentHosts({ ...deps, reportUnserved }), /no incident/);
    assert.equal((await emulated.read(paths.account(accountId)))['status'], 'reconnecting');
  });

  it('goes on behind an account of nobody that cannot be read, and tells of it', async () => {
    const [broken, fine] = await addAccounts(null);
    await reportSilentHosts(deps);
    assert.deepEqual((await incidentOf(fine))['details'], { hostId: '' });
    assert.ok(isToldOf(broken));
  });

  it('tells of accounts of a host without a document, and gives it one, so that they are found', async () => {
    const [, fine] = await addAccounts('ghost');
    await reportSilentHosts(deps);
    assert.deepEqual((await incidentOf(fine))['details'], { hostId: 'ghost' });
    const host = hostSchema.parse(await emulated.read(paths.host('ghost')));
    assert.deepEqual([host.state, host.leaseTtlMs], ['draining', 60_000]);
    assert.ok(log.lines.some((line) => line.includes('name hosts without a document')));
    assert.equal((await emulated.read(paths.account(fine)))['status'], 'connected', 'it may live after all');
    await reportSilentHosts(deps);
    assert.equal((await emulated.read(paths.account(fine)))['status'], 'reconnecting');
  });

  it('gives a lost host its document before it tells of anybody, of however many there is to tell', async () => {
    await addAccounts('ghost');
    const reportUnserved = () => Promise.reject(new Error('there is no end of them'));
    await assert.rejects(reportSilentHosts({ ...deps, reportUnserved }), /no end/);
    assert.equal((await emulated.read(paths.host('ghost')))['state'], 'draining');
  });
});
