import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quietForMs } from './quiet-hours.ts';

const NIGHT = { from: '22:00', to: '07:30', timeZone: 'Europe/Bucharest' };
const at = (iso: string): number => Date.parse(iso);
const MINUTES = 60_000;

describe('quiet hours', () => {
  it('last over midnight, in the customers’ time zone', () => {
    // Bucharest is two hours ahead of UTC in winter.
    assert.equal(quietForMs(NIGHT, at('2026-01-10T20:00:00Z')), 570 * MINUTES);
    assert.equal(quietForMs(NIGHT, at('2026-01-10T23:30:00Z')), 360 * MINUTES);
    assert.equal(quietForMs(NIGHT, at('2026-01-11T05:29:30Z')), MINUTES / 2);
  });

  it('are over at their end, to the minute', () => {
    assert.equal(quietForMs(NIGHT, at('2026-01-11T05:30:00Z')), 0);
    assert.equal(quietForMs(NIGHT, at('2026-01-10T19:59:59Z')), 0);
  });

  it('follow summer time', () => {
    assert.equal(quietForMs(NIGHT, at('2026-07-10T19:00:00Z')), 570 * MINUTES);
  });

  it('of no length are none', () => {
    assert.equal(quietForMs({ ...NIGHT, from: '08:00', to: '08:00' }, at('2026-01-10T06:00:00Z')), 0);
    assert.equal(quietForMs(null, 0), 0);
  });

  it('are over once one has waited as long as they say', () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    const time = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
    fc.assert(
      fc.property(minute, minute, fc.integer({ min: 0, max: 86_399_999 }), (from, to, offset) => {
        const hours = { from: time(from), to: time(to), timeZone: 'UTC' };
        const now = at('2026-03-01T00:00:00Z') + offset;
        assert.equal(quietForMs(hours, now + quietForMs(hours, now)), 0);
      }),
    );
  });
});
