/**
 * Tells people of accounts that no running host serves, and shows none of those as connected. Hosts take over from each other within
 * seconds and say nothing of it; only what none of them takes is trouble. Documents of hosts that have been silent for a day are removed;
 * where one is missing that accounts name as their owner, it is written, so that hosts find these accounts.
 */
import {
  accountsUnconnected,
  accountsWithoutHost,
  hostsRestored,
  purged,
  sweepBroke,
  type Log,
} from '../log-events.ts';
import type { OnUnreadable, Unserved } from '../store/hosts.ts';

/** What hosts let go, others take within seconds; what nobody runs for so long, nobody is about to take, ms. */
export const UNSERVED_MS = 60_000;
const FORGOTTEN_MS = 24 * 3_600_000;

export interface SilentHostsDeps {
  findLostHosts(): Promise<string[]>;
  readUnserved(
    nowMs: number,
    restMs: number,
    lostHostIds: readonly string[],
    onUnreadable: OnUnreadable,
  ): Promise<Unserved[]>;
  restoreHosts(hostIds: readonly string[], leaseTtlMs: number): Promise<number>;
  showUnconnected(restMs: number, lostHostIds: readonly string[]): Promise<number>;
  forgetSilentHosts(afterMs: number): Promise<number>;
  /** Makes the open incidents about unserved accounts exactly these, by as many runs as it takes. */
  reportUnserved(troubles: ReadonlyMap<string, { readonly hostId: string }>): Promise<number>;
  readonly nowMs: () => number;
  readonly log: Log;
}

export async function reportSilentHosts(deps: SilentHostsDeps): Promise<void> {
  const lost = await deps.findLostHosts();
  // First: it brings accounts back, and of those that nobody serves there may be thousands to tell of.
  const restored = await deps.restoreHosts(lost, UNSERVED_MS);
  if (restored > 0) hostsRestored(deps.log, restored);
  try {
    await reportUnserved(deps, lost);
  } finally {
    await showUnserved(deps, lost);
  }
}

async function reportUnserved(deps: SilentHostsDeps, lost: readonly string[]): Promise<void> {
  const unserved = await deps.readUnserved(deps.nowMs(), UNSERVED_MS, lost, (accountId, error) => {
    sweepBroke(deps.log, 'accounts without a host', accountId, error);
  });
  const opened = await deps.reportUnserved(new Map(unserved.map(({ accountId, hostId }) => [accountId, { hostId }])));
  if (opened > 0) accountsWithoutHost(deps.log, unserved.length);
}

async function showUnserved(deps: SilentHostsDeps, lost: readonly string[]): Promise<void> {
  const unconnected = await deps.showUnconnected(UNSERVED_MS, lost);
  if (unconnected > 0) accountsUnconnected(deps.log, unconnected);
  const forgotten = await deps.forgetSilentHosts(FORGOTTEN_MS);
  if (forgotten > 0) purged(deps.log, 'hosts', forgotten);
}
