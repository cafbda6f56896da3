/**
 * Which accounts a host should take, how fast, and when it should give one to another. Pure; no leader: the less loaded host is
 * simply quicker, and a lease decides where two hosts see it differently.
 */

export interface HostLoad {
  readonly hostId: string;
  readonly accounts: number;
  readonly capacity: number;
}

/** How much later a host tries for each host that is less loaded, ms: enough for that one to win. */
const STEP_MS = 1_000;
/** How far above its fair share a host must be before it begins to give accounts away: a tenth, so that small differences stay. */
const TOLERANCE = 0.1;

export function hasRoom({ accounts, capacity }: HostLoad): boolean {
  return accounts < capacity;
}

function isBefore(a: HostLoad, b: HostLoad): boolean {
  return a.accounts < b.accounts || (a.accounts === b.accounts && a.hostId < b.hostId);
}

/**
 * How long to wait before trying for a free account.
 *
 * @param alive every host that takes accounts; whether we are among them makes no difference.
 * @returns 0 for the least loaded host, one step more for each host with room that is ahead of us; `null` when we are full.
 */
export function decideTakeDelay(self: HostLoad, alive: readonly HostLoad[]): number | null {
  if (!hasRoom(self)) return null;
  const isAhead = (other: HostLoad): boolean => other.hostId !== self.hostId && hasRoom(other) && isBefore(other, self);
  return alive.filter(isAhead).length * STEP_MS;
}

/**
 * How long to wait before trying for each of several free accounts, so that hosts that see the same accounts share them: each
 * account is counted for the host that goes first for it before the next one is looked at.
 */
export function decideTakeDelays(
  self: HostLoad,
  alive: readonly HostLoad[],
  accountIds: readonly string[],
): ReadonlyMap<string, number | null> {
  const hosts = [self, ...alive.filter(({ hostId }) => hostId !== self.hostId)].map((host) => ({ ...host }));
  const [own] = hosts;
  const delays = new Map<string, number | null>();
  for (const accountId of accountIds.toSorted()) {
    const [first] = hosts.filter(hasRoom).toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    delays.set(accountId, own ? decideTakeDelay(own, hosts) : null);
    if (first) first.accounts += 1;
  }
  return delays;
}

/** How many accounts a host would have if all of them were spread evenly, as far as capacities allow; rounded up. */
export function fairShareOf(self: HostLoad, hosts: readonly HostLoad[]): number {
  let left = hosts.reduce((sum, { accounts }) => sum + accounts, 0);
  let sharing = hosts.length;
  for (const { capacity } of hosts.toSorted((a, b) => a.capacity - b.capacity)) {
    if (capacity * sharing >= left) break;
    left -= capacity;
    sharing -= 1;
  }
  return sharing === 0 ? self.capacity : Math.min(self.capacity, Math.ceil(left / sharing));
}

/**
 * Whether to give an account to another host now.
 *
 * @param alive every host that takes accounts, the others as their last heartbeats say.
 * @param isSharing whether we have begun: once begun, a host goes on down to its fair share, and never below.
 */
export function decideHandOver(self: HostLoad, alive: readonly HostLoad[], isSharing: boolean): boolean {
  const others = alive.filter(({ hostId }) => hostId !== self.hostId);
  if (!others.some(hasRoom)) return false;
  const fair = fairShareOf(self, [self, ...others]);
  const excess = self.accounts - fair;
  return isSharing ? excess > 0 : excess >= Math.max(1, Math.ceil(fair * TOLERANCE));
}
