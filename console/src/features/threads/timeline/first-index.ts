/** Keeps the place in a list that grows at its top. Pure. */
import type { TimelineRow } from './timeline-rows.ts';

/** Far more rows than any thread has: indexes count down from here as older rows come before the anchor. */
const BASE = 10_000_000;

/**
 * The index of the first row, such that the anchor, the first message that was shown, always has the same one. Counting what
 * was added instead would be wrong whenever a page takes a day line away or adds one.
 */
export function firstIndexOf(rows: readonly TimelineRow[], anchor: string): number {
  return (
    BASE -
    Math.max(
      0,
      rows.findIndex(({ key }) => key === anchor),
    )
  );
}
