/**
 * Removes history that is older than the deployment keeps it, and ends notices that have been shown for long enough. What expires by
 * itself (outbox entries) is Firestore's to remove.
 */
import { NOTICE_MS } from '@switchboard/contract/incident';
import { noticesEnded, purged, type Log } from '../log-events.ts';

export interface PurgeDeps {
  /** Each removes what is older than a moment and says how much that was. */
  readonly purges: Readonly<Record<string, (beforeMs: number) => Promise<number>>>;
  readonly keptDays: number;
  /** Resolves the notices of what happened last before a moment, and says how many that were. */
  readonly endNotices: (beforeMs: number) => Promise<number>;
  readonly nowMs: () => number;
  readonly log: Log;
}

const DAY_MS = 24 * 3_600_000;

export async function purgeExpired({ purges, keptDays, endNotices, nowMs, log }: PurgeDeps): Promise<void> {
  const ended = await endNotices(nowMs() - NOTICE_MS);
  if (ended > 0) noticesEnded(log, ended);
  const beforeMs = nowMs() - keptDays * DAY_MS;
  for (const [what, purge] of Object.entries(purges)) {
    const count = await purge(beforeMs);
    if (count > 0) purged(log, what, count);
  }
}
