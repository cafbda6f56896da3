import assert from 'node:assert/strict';
import { lastHourOf, MINUTE_MS, shareOf, totalsOf } from './rates.ts';

const NOW = 1_000_000 * MINUTE_MS + 30_000;
const rate = (minute: number, sent: number) => ({ minute, sent, failed: 0, delivered: 0, received: 1 });

describe('the last hour', () => {
  it('has a row for each minute, also for those in which nothing was done', () => {
    const rows = lastHourOf([], NOW);
    assert.equal(rows.length, 60);
    assert.equal(rows.at(0)?.minute, 999_941);
    assert.equal(rows.at(-1)?.minute, 1_000_000);
    assert.deepEqual(totalsOf(rows), { sent: 0, failed: 0, delivered: 0, received: 0 });
  });

  it('adds what all hosts did, and leaves out what is older', () => {
    const hosts = [{ rates: [rate(1_000_000, 3), rate(999_940, 9)] }, { rates: [rate(1_000_000, 4)] }];
    const rows = lastHourOf(hosts, NOW);
    assert.equal(rows.at(-1)?.sent, 7);
    assert.deepEqual(totalsOf(rows), { sent: 7, failed: 0, delivered: 0, received: 2 });
  });

  it('has shares of something only', () => {
    assert.equal(shareOf(0, 0), null);
    assert.equal(shareOf(1, 4), 0.25);
    assert.equal(shareOf(9, 4), 1);
  });
});
