/** Tells whether a thread has grown at its top. Pure. */
import type { TimelineRow } from './timeline-rows.ts';

function isMessage({ kind }: TimelineRow): boolean {
  return kind === 'message';
}

/**
 * Whether the first message of `before` stands lower among `after`: older ones came above it. Comparing how many there are
 * would be wrong whenever new ones come at the end, or a page takes a day line away.
 */
export function growsUp(before: readonly TimelineRow[], after: readonly TimelineRow[]): boolean {
  const at = before.findIndex(isMessage);
  const key = before[at]?.key;
  return key !== undefined && after.findIndex((row) => row.key === key) > at;
}
