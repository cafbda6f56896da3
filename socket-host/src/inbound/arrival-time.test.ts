import assert from 'node:assert/strict';
import { arrivalTime as placeOf, type Timing } from './arrival-time.ts';

const NOON = 1_700_000_000_000;

function arrivalTime(timing: Omit<Timing, 'lastInboundAtMs'> & Partial<Timing>): number {
  return placeOf({ lastInboundAtMs: 0, ...timing });
}

describe('the place of an arrived message in its thread', () => {
  it('is behind what staff wrote a moment before, although WhatsApp knows only the second', () => {
    const staffWroteAt = NOON + 300;
    const at = arrivalTime({ source: 'live', sentAtMs: NOON, nowMs: NOON + 700, lastAtMs: staffWroteAt });
    assert.equal(at, NOON + 700);
  });

  it('keeps the order of the wire for a backlog written within one second', () => {
    let lastAtMs = 0;
    const places = [1, 2, 3].map(() => {
      lastAtMs = arrivalTime({ source: 'backlog', sentAtMs: NOON, nowMs: NOON + 3_600_000, lastAtMs });
      return lastAtMs;
    });
    assert.deepEqual(places, [NOON, NOON + 1, NOON + 2]);
  });

  it('keeps the order of messages that arrive within one millisecond', () => {
    const first = arrivalTime({ source: 'live', sentAtMs: NOON, nowMs: NOON + 10, lastAtMs: 0 });
    assert.ok(arrivalTime({ source: 'live', sentAtMs: NOON, nowMs: NOON + 10, lastAtMs: first }) > first);
  });

  it('of a message that was long on its way is when it was sent', () => {
    const at = arrivalTime({ source: 'live', sentAtMs: NOON, nowMs: NOON + 60_000, lastAtMs: NOON + 30_000 });
    assert.equal(at, NOON);
  });

  it('is behind the customer’s message before it, although that one stands where it arrived and this one was waited for', () => {
    const first = arrivalTime({ source: 'live', sentAtMs: NOON - 1_000, nowMs: NOON + 1_400, lastAtMs: 0 });
    const staffWroteAt = NOON + 3_000;
    const backlog = { source: 'backlog', sentAtMs: NOON, nowMs: NOON + 9_000, lastAtMs: staffWroteAt } as const;
    assert.equal(arrivalTime({ ...backlog, lastInboundAtMs: first }), first + 1);
  });

  it('of the past is in the past', () => {
    assert.equal(arrivalTime({ source: 'history', sentAtMs: 5_000, nowMs: NOON, lastAtMs: NOON }), 5_000);
  });

  it('without a stamp, or with one from the future, never jumps ahead of the clock unasked', () => {
    assert.equal(arrivalTime({ source: 'live', sentAtMs: null, nowMs: NOON, lastAtMs: 0 }), NOON);
    assert.equal(arrivalTime({ source: 'live', sentAtMs: NOON + 9_000, nowMs: NOON, lastAtMs: 0 }), NOON + 9_000);
  });
});
