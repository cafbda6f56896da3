import assert from 'node:assert/strict';
import { MinuteRates } from './minute-rates.ts';

describe('what a host did per minute', () => {
  function open() {
    const clock = { atMs: 1_000 * 60_000, nowMs: () => clock.atMs };
    return { clock, rates: new MinuteRates(clock) };
  }

  it('is counted in the minute it was done', () => {
    const { clock, rates } = open();
    for (const what of ['sent', 'sent', 'received'] as const) rates.count(what);
    clock.atMs += 2 * 60_000;
    rates.count('failed');
    rates.count('delivered');
    assert.deepEqual(rates.list(), [
      { minute: 1_000, sent: 2, failed: 0, delivered: 0, received: 1 },
      { minute: 1_002, sent: 0, failed: 1, delivered: 1, received: 0 },
    ]);
  });

  it('is forgotten after an hour, and never takes more room than that', () => {
    const { clock, rates } = open();
    for (let minute = 0; minute < 200; minute += 1) {
      rates.count('sent');
      clock.atMs += 60_000;
    }
    assert.equal(rates.list().length, 59, 'the minute that has begun has none');
    clock.atMs += 3_600_000;
    assert.deepEqual(rates.list(), []);
  });

  it('is not lost when the clock is set back', () => {
    const { clock, rates } = open();
    rates.count('sent');
    clock.atMs -= 60_000;
    rates.count('sent');
    assert.equal(rates.list()[0]?.sent, 2);
  });
});
