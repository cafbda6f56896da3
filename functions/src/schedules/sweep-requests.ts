/**
 * Finds account requests nobody has routed, each minute: their event was lost, or the function broke. Routed by the very code of the
 * trigger, which does nothing to one that was settled meanwhile.
 */
import { onAccountRequestCreated, type AccountRequestDeps } from '../accounts/on-account-request-created.ts';
import { sweepBroke, sweepDone } from '../log-events.ts';

/** What is younger is still on its way to the trigger, ms. */
const UNROUTED_MS = 20_000;

export interface RequestSweepDeps {
  readonly router: AccountRequestDeps;
  /** Requests that were written before a moment and still wait for their routing. */
  readonly queuedBefore: (beforeMs: number) => AsyncIterable<string>;
  readonly nowMs: () => number;
}

export async function sweepRequests({ router, queuedBefore, nowMs }: RequestSweepDeps): Promise<void> {
  let count = 0;
  for await (const requestId of queuedBefore(nowMs() - UNROUTED_MS)) {
    // One request that cannot be handled must not keep the sweep from the others.
    await onAccountRequestCreated(router, requestId).catch((error: unknown) => {
      sweepBroke(router.log, 'requests', requestId, error);
    });
    count += 1;
  }
  if (count > 0) sweepDone(router.log, 'requests', count);
}
