/** Which accounts a host should take, and how fast. Pure; no leader: the less loaded host is simply quicker. */

export interface HostLoad {
  readonly hostId: string;
  readonly accounts: number;
  readonly capacity: number;
}

/** How much later a host tries for each host that is less loaded, ms: enough for that one to win. */
const STEP_MS = 1_000;

/**
 * How long to wait before trying for a free account.
 *
 * @returns 0 for the least loaded host, one step more for each host with room that is ahead of us; `null` when we are full.
 */
export function decideTakeDelay(self: HostLoad, alive: readonly HostLoad[]): number | null {
  if (self.accounts >= self.capacity) return null;
  const isAhead = (other: HostLoad): boolean =>
    other.hostId !== self.hostId &&
    other.accounts < other.capacity &&
    (other.accounts < self.accounts || (other.accounts === self.accounts && other.hostId < self.hostId));
  return alive.filter(isAhead).length * STEP_MS;
}
