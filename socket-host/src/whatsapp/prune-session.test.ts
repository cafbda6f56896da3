import assert from 'node:assert/strict';
import { pruneSession } from './prune-session.ts';

const HOUR_MS = 3_600_000;

function record(...closed: number[]) {
  const sessions = closed.map((at) => [`key ${String(at)}`, { indexInfo: { closed: at, used: 1 }, registrationId: 7 }]);
  return { _sessions: Object.fromEntries(sessions) as object, version: 'v1' };
}

describe('the record of a signal session', () => {
  it('keeps the session in use and the five closed last, however long ago', () => {
    const pruned = pruneSession(record(3, 1, -1, 7, 2, 6, 5, 4), 7 + HOUR_MS + 1);
    assert.deepEqual(pruned, record(3, -1, 7, 6, 5, 4));
  });

  it('keeps all that were closed within the hour: what somebody wrote meanwhile may be on its way', () => {
    const closed = Array.from({ length: 30 }, (_, index) => HOUR_MS + index);
    const pruned = pruneSession(record(1, 2, -1, ...closed), 2 * HOUR_MS);
    assert.deepEqual(pruned, record(-1, ...closed));
  });

  it('stays as it is when there is nothing to drop, or when it is something else', () => {
    for (const kept of [record(-1), record(1, 2, 3, 4, 5), null, 'text', { _sessions: 5 }]) {
      assert.equal(pruneSession(kept, 10 * HOUR_MS), kept);
    }
  });
});
