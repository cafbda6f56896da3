import assert from 'node:assert/strict';
import { periodOf } from './schedules.ts';

describe('a schedule, run locally', () => {
  it('has the period its words say', () => {
    assert.equal(periodOf('every 1 minutes'), 60_000);
    assert.equal(periodOf('every 24 hours'), 86_400_000);
  });

  it('is refused when nobody would know when it is due', () => {
    for (const words of ['*/5 * * * *', 'every day 03:00', 'every 1 days']) assert.throws(() => periodOf(words), words);
  });
});
