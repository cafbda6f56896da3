import assert from 'node:assert/strict';
import { Timestamp } from 'firebase-admin/firestore';
import { isOptOutInTheWay } from './opted-out.ts';

describe('the wish not to be written to', () => {
  const [before, then, after] = [1_000, 2_000, 3_000].map((ms) => Timestamp.fromMillis(ms));
  assert.ok(before && then && after);

  it('stops nothing while there is none', () => {
    assert.equal(isOptOutInTheWay({ optedOutAt: null, lastInboundAt: null, isBulk: true }), false);
  });

  it('stops a message by hand until the customer writes again', () => {
    assert.equal(isOptOutInTheWay({ optedOutAt: then, lastInboundAt: null, isBulk: false }), true);
    assert.equal(isOptOutInTheWay({ optedOutAt: then, lastInboundAt: before, isBulk: false }), true);
    assert.equal(isOptOutInTheWay({ optedOutAt: then, lastInboundAt: then, isBulk: false }), true);
    assert.equal(isOptOutInTheWay({ optedOutAt: then, lastInboundAt: after, isBulk: false }), false);
  });

  it('stops a bulk send even then', () => {
    assert.equal(isOptOutInTheWay({ optedOutAt: then, lastInboundAt: after, isBulk: true }), true);
  });
});
