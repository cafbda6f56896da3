/**
 * Ends what waits for a customer who opted out. It was routed before they did and may wait for hours or days, and no host looks at
 * the list. Exactly what the router would refuse now is cancelled, with the router's reason.
 *
 * The router reads the list and the thread in the transaction in which it routes: an entry that is not routed yet when the wish
 * is written is refused by it, one that is routed is found here. What a host has begun is not touched, but the host may give it
 * back unsent. So while there is such an entry this throws, and its event is delivered again.
 */
import { errorOf } from '@switchboard/contract/failure';
import { sweepBroke, unwantedEnded, type Log } from '../log-events.ts';
import type { EntryChange } from '../store/entries.ts';
import type { StoredOptOut } from '../store/opt-outs.ts';
import { isUnwanted } from './opted-out.ts';

export interface EndUnwantedDeps {
  /** `null` when the wish was lifted. */
  read(optOutId: string): Promise<StoredOptOut | null>;
  unsettledIn(threadId: string): AsyncIterable<string>;
  change<T>(requestId: string, work: (change: EntryChange) => T): Promise<T | 'gone'>;
  readonly log: Log;
}

/** @throws Error while something is left that may still have to be ended. */
export async function endUnwanted(deps: EndUnwantedDeps, optOutId: string): Promise<void> {
  const optOut = await deps.read(optOutId);
  if (!optOut) return;
  const counts = { ended: 0, left: 0, none: 0 };
  for (const threadId of optOut.threadIds) {
    for await (const requestId of deps.unsettledIn(threadId)) counts[await end(deps, requestId, optOut)] += 1;
  }
  const { ended, left } = counts;
  if (ended > 0) unwantedEnded(deps.log, ended);
  if (left > 0) throw new Error(`${String(left)} messages to somebody who opted out are under way: looked at again`);
}

async function end(
  deps: EndUnwantedDeps,
  requestId: string,
  { optedOutAt }: StoredOptOut,
): Promise<'ended' | 'left' | 'none'> {
  try {
    const outcome = await deps.change(requestId, (seen) => {
      const { status } = seen.entry;
      const isWaiting = status === 'scheduled' || status === 'routed';
      if ((!isWaiting && status !== 'processing') || !isUnwanted(seen, optedOutAt)) return 'none';
      if (!isWaiting) return 'left';
      seen.end('cancelled', errorOf('opted_out'));
      return 'ended';
    });
    return outcome === 'gone' ? 'none' : outcome;
  } catch (error) {
    // One entry that cannot be ended must not let the others go.
    sweepBroke(deps.log, 'opt-outs', requestId, error);
    return 'left';
  }
}
