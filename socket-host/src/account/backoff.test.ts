import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffMs } from './backoff.ts';

describe('the wait between two tries', () => {
  it('doubles from one second to thirty', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => backoffMs(attempt, 0)),
      [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
    );
  });

  it('is spread by chance, never above the full wait nor below half of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const full = backoffMs(attempt, 0);
          const wait = backoffMs(attempt, random);
          assert.ok(wait <= full && wait >= full / 2 - 1);
        },
      ),
    );
  });
});
