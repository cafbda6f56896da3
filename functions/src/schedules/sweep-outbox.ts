/**
 * Finds outbox entries that got stuck, each minute, so that none stays under way for ever.
 *
 * queued without a route: the trigger's event was lost or its function broke. Routed by the very code of the trigger.
 * scheduled and due: no host runs the account, or it was late. Routed; whichever host takes the account sends it.
 * claimed and never settled: whether WhatsApp has the message is not known, and only the account's owner can find out
 *   (it hears receipts, and repeats the same bytes under the same id). It does so by itself when it takes the account; a sweep
 *   that routed the entry again would make the next owner believe it never left. So people are told, nothing is touched. A deleted
 *   account has no owner any more, and its session is gone: that nobody knows is its end.
 * waiting for a deleted account: cancelled, with the reason.
 * waiting for days: nobody links that account again soon, and what was written a week ago must not be sent then. Given up.
 */
import { errorOf } from '@switchboard/contract/failure';
import { onOutboxCreated, type OutboxDeps } from '../outbox/on-outbox-created.ts';
import { sweepBroke, sweepDone, type Log } from '../log-events.ts';
import type { EntryChange } from '../store/entries.ts';
import type { ExpiredClaim, OutboxSweep } from '../store/sweeping.ts';

/**
 * What is younger is still on its way to the trigger, ms. Routing twice does no harm, and until it is routed an entry holds back the
 * younger ones of its thread.
 */
const UNROUTED_MS = 20_000;
/** A host flips what is due by itself; so long it has for it, ms. */
const OVERDUE_MS = 60_000;
/** A claim that ran out so long ago is told to people, ms. */
const STUCK_MS = 5 * 60_000;
/** What waited so long is given up, ms. */
export const MAX_WAIT_MS = 7 * 24 * 3_600_000;
/** For so long after an account was deleted, what may still wait for it is looked for, ms. */
const DELETED_MS = 24 * 3_600_000;

export interface SweepDeps {
  readonly router: OutboxDeps;
  readonly sweep: OutboxSweep;
  change<T>(requestId: string, work: (change: EntryChange) => T): Promise<T | 'gone'>;
  /** Makes the open incidents about stuck messages exactly these: how many, by account. */
  reportStuck(troubles: ReadonlyMap<string, { readonly entries: number }>): Promise<number>;
  readonly nowMs: () => number;
  readonly log: Log;
}

export async function sweepOutbox(deps: SweepDeps): Promise<void> {
  const nowMs = deps.nowMs();
  try {
    // Before what waits: there are few claims at any time, and of the others there may be thousands.
    await sweepClaims(deps, nowMs);
  } finally {
    await sweepWaiting(deps, nowMs);
  }
}

async function sweepWaiting(deps: SweepDeps, nowMs: number): Promise<void> {
  const { router, sweep, log } = deps;
  const each = async (what: string, ids: AsyncIterable<string>, work: (id: string) => Promise<unknown>) => {
    let count = 0;
    for await (const id of ids) {
      // One entry that cannot be handled must not keep the sweep from the others.
      await work(id).catch((error: unknown) => {
        sweepBroke(log, what, id, error);
      });
      count += 1;
    }
    if (count > 0) sweepDone(log, what, count);
  };
  await each('unrouted', sweep.unroutedBefore(nowMs - UNROUTED_MS), (id) => onOutboxCreated(router, id));
  await each('due', sweep.dueBefore(nowMs - OVERDUE_MS), (id) => deps.change(id, routeIfScheduled));
  await each('of deleted accounts', sweep.ofAccountsDeletedSince(nowMs - DELETED_MS), (id) =>
    deps.change(id, cancelIfDeleted),
  );
  await each('waiting for days', sweep.readyBefore(nowMs - MAX_WAIT_MS), (id) =>
    deps.change(id, (change) => {
      giveUpRouted(change, nowMs - MAX_WAIT_MS);
    }),
  );
}

type Claim = Pick<ExpiredClaim, 'createdAtMs' | 'leaseUntilMs' | 'isAccountDeleted'>;

async function sweepClaims(deps: SweepDeps, nowMs: number): Promise<void> {
  const stuck = new Map<string, { readonly entries: number }>();
  for await (const claim of deps.sweep.expiredClaims(nowMs - STUCK_MS)) {
    if (isHopeless(claim, nowMs) && (await isGivenUp(deps, claim, nowMs))) continue;
    stuck.set(claim.accountId, { entries: (stuck.get(claim.accountId)?.entries ?? 0) + 1 });
  }
  const opened = await deps.reportStuck(stuck);
  if (opened > 0) sweepDone(deps.log, 'stuck', opened);
}

/** One claim that cannot be given up stays one that people are told of. */
async function isGivenUp(deps: SweepDeps, { requestId }: ExpiredClaim, nowMs: number): Promise<boolean> {
  const outcome = await deps
    .change(requestId, (change) => giveUpClaimed(change, nowMs))
    .catch((error: unknown) => {
      sweepBroke(deps.log, 'claims', requestId, error);
    });
  return outcome === 'settled';
}

function isHopeless({ createdAtMs, leaseUntilMs, isAccountDeleted }: Claim, nowMs: number): boolean {
  const isOld = createdAtMs < nowMs - MAX_WAIT_MS && leaseUntilMs < nowMs - DELETED_MS;
  return isOld || isAccountDeleted;
}

function routeIfScheduled({ entry, routeScheduled }: EntryChange): void {
  if (entry.status === 'scheduled') routeScheduled();
}

function cancelIfDeleted({ entry, account, end }: EntryChange): void {
  const isDeleted = account?.desired === 'deleted' || account?.status === 'deleted';
  const isWaiting = entry.status === 'queued' || entry.status === 'scheduled' || entry.status === 'routed';
  if (isDeleted && isWaiting) end('cancelled', errorOf('account_deleted', '', 'accountId'));
}

function giveUpRouted({ entry, end }: EntryChange, beforeMs: number): void {
  // Put off under a cap or in quiet hours it waited for no connection; failed, and tried again by hand, not until then.
  const since = Math.max(...[entry.createdAt, entry.sendAt, entry.nextAttemptAt].map((at) => at?.toMillis() ?? 0));
  if (entry.status !== 'routed' || since > beforeMs) return;
  end('failed', errorOf('too_late', 'the account was not connected for a week', 'accountId'));
}

/** Looked at once more: its host may have come back since it was found, or its account been added again. */
function giveUpClaimed({ entry, account, end }: EntryChange, nowMs: number): 'settled' | 'stuck' {
  if (entry.status !== 'processing') return 'settled';
  const claim: Claim = {
    createdAtMs: entry.createdAt.toMillis(),
    leaseUntilMs: entry.leaseUntil?.toMillis() ?? 0,
    isAccountDeleted: account?.status === 'deleted',
  };
  if (!isHopeless(claim, nowMs)) return 'stuck';
  end('failed', errorOf('unacknowledged'));
  return 'settled';
}
