/** Removes history that is older than the deployment keeps it. What expires by itself (outbox entries) is Firestore's to remove. */
import { purged, type Log } from '../log-events.ts';

export interface PurgeDeps {
  /** Each removes what is older than a moment and says how much that was. */
  readonly purges: Readonly<Record<string, (beforeMs: number) => Promise<number>>>;
  readonly keptDays: number;
  readonly nowMs: () => number;
  readonly log: Log;
}

const DAY_MS = 24 * 3_600_000;

export async function purgeExpired({ purges, keptDays, nowMs, log }: PurgeDeps): Promise<void> {
  const beforeMs = nowMs() - keptDays * DAY_MS;
  for (const [what, purge] of Object.entries(purges)) {
    const count = await purge(beforeMs);
    if (count > 0) purged(log, what, count);
  }
}
