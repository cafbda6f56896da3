import assert from 'node:assert/strict';
import { pruneSession } from './prune-session.ts';

function record(...closed: number[]) {
  const sessions = closed.map((at) => [`key ${String(at)}`, { indexInfo: { closed: at, used: 1 }, registrationId: 7 }]);
  return { _sessions: Object.fromEntries(sessions) as object, version: 'v1' };
}

describe('the record of a signal session', () => {
  it('keeps the session in use and the five closed last', () => {
    assert.deepEqual(pruneSession(record(3, 1, -1, 7, 2, 6, 5, 4)), record(3, -1, 7, 6, 5, 4));
  });

  it('stays as it is when there is nothing to drop, or when it is something else', () => {
    for (const kept of [record(-1), record(1, 2, 3, 4, 5), null, 'text', { _sessions: 5 }]) {
      assert.equal(pruneSession(kept), kept);
    }
  });
});
