import assert from 'node:assert/strict';
import { healthReport, type HealthFacts } from './health.ts';

const FACTS: HealthFacts = {
  isDraining: false,
  isHeld: true,
  isSimulated: true,
  commit: 'abc',
  hostId: 'host-1',
  capacity: 100,
  accounts: [
    { account: { status: 'connected' }, isConnected: true },
    { account: { status: 'reconnecting' }, isConnected: false },
    { account: { status: 'qr_ready' }, isConnected: false },
    { account: { status: 'restricted' }, isConnected: false },
  ],
};

describe('the health report', () => {
  it('counts every account once', () => {
    const { accounts } = healthReport(FACTS);
    assert.deepEqual(accounts, { total: 4, connected: 1, connecting: 1, needs_qr: 1, disconnected: 1, max: 100 });
  });

  it('counts an account as connected by its socket, not by its document', () => {
    const stale = [{ account: { status: 'connected' as const }, isConnected: false }];
    assert.equal(healthReport({ ...FACTS, accounts: stale }).accounts.connected, 0);
  });

  it('says when the host is cut off from Firestore', () => {
    const report = healthReport({ ...FACTS, isHeld: false });
    assert.equal(report.status, 'cut-off');
    assert.equal(report.firestore, 'unreachable');
    assert.equal(report.leases.valid, false);
  });

  it('says when the host is shutting down', () => {
    assert.equal(healthReport({ ...FACTS, isDraining: true }).status, 'draining');
  });
});
