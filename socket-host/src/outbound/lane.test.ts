import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Timestamp } from 'firebase-admin/firestore';
import { routedEntry } from '../store/routed-entry.ts';
import { Lane, type Waiting } from './lane.ts';

function waiting(createdAtMs: number, sendAtMs?: number): Waiting {
  const createdAt = Timestamp.fromMillis(createdAtMs);
  const entry = routedEntry({
    createdAt,
    ...(sendAtMs === undefined ? {} : { sendAt: Timestamp.fromMillis(sendAtMs) }),
  });
  return { entry, isCertain: true, isUnderWay: false, isAttempted: false, newer: null, refusedCode: null };
}

describe('a lane', () => {
  it('keeps the order in which staff wrote, however entries come in', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(times, (created) => {
        const lane = new Lane();
        for (const at of created) lane.insert(waiting(at));
        const order = lane.all().map(({ entry }) => entry.data.createdAt.toMillis());
        assert.deepEqual(
          order,
          [...created].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('never puts anything before what is being attempted, but before what is only looked at', () => {
    const lane = new Lane();
    const first = waiting(5);
    lane.insert(first);
    first.isUnderWay = true;
    const older = waiting(2);
    lane.insert(older);
    assert.equal(lane.first(), older);
    older.isAttempted = true;
    lane.insert(waiting(1));
    assert.equal(lane.first(), older);
  });

  it('lets what is written meanwhile go before what is to be sent later', () => {
    const lane = new Lane();
    const later = waiting(1, 100);
    const now = waiting(50);
    lane.insert(later);
    lane.insert(now);
    assert.equal(lane.first(), now);
  });

  it('forgets what is removed', () => {
    const lane = new Lane();
    const [one, two] = [waiting(1), waiting(2)];
    lane.insert(one);
    lane.insert(two);
    lane.remove(one);
    lane.remove(one);
    assert.deepEqual(lane.all(), [two]);
  });
});
