import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heartbeatIntervalOf, hostSchema, isHeartbeatFresh, LEASE_TTL_MS, selfFenceOf } from './lease.ts';

const AT = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };

describe('a lease', () => {
  it('ends for its holder before it ends for others, however long it lasts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600_000 }), (ttlMs) => {
        assert.ok(heartbeatIntervalOf(ttlMs) < selfFenceOf(ttlMs) && selfFenceOf(ttlMs) < ttlMs);
      }),
    );
  });

  it('has the timing by default: beat every 5 s, stop after 10 s, lost after 15 s', () => {
    assert.deepEqual(
      [heartbeatIntervalOf(LEASE_TTL_MS), selfFenceOf(LEASE_TTL_MS), LEASE_TTL_MS],
      [5_000, 10_000, 15_000],
    );
  });

  it('is judged by the value its own host published', () => {
    assert.ok(isHeartbeatFresh(12_000, 0, 15_000));
    assert.ok(!isHeartbeatFresh(12_000, 0, 3_000));
    assert.ok(!isHeartbeatFresh(15_000, 0, 15_000));
  });

  it('of a host that published none lasts as long as it always did', () => {
    const host = { state: 'running', accounts: 0, capacity: 1, version: 'old', startedAt: AT, heartbeatAt: AT };
    assert.equal(hostSchema.parse(host).leaseTtlMs, LEASE_TTL_MS);
  });
});
