/**
 * Whether a customer's wish not to be written to stands in the way of an entry. Pure.
 *
 * A bulk send never goes to someone who opted out. What a person writes by hand does once the customer has written
 * again since: they ask, and are answered. The wish itself stays on the list until somebody lifts it.
 */
import { isBulkRequestId } from '@switchboard/contract/ids';
import { microsOf, type Timestamp } from '@switchboard/contract/timestamp';
import type { EntryChange } from '../store/entries.ts';

export interface Wish {
  /** `null` when the customer never said so. */
  readonly optedOutAt: Timestamp | null;
  readonly lastInboundAt: Timestamp | null;
  readonly isBulk: boolean;
}

export function isOptOutInTheWay({ optedOutAt, lastInboundAt, isBulk }: Wish): boolean {
  if (optedOutAt === null) return false;
  const hasWrittenSince = lastInboundAt !== null && microsOf(lastInboundAt) > microsOf(optedOutAt);
  return isBulk || !hasWrittenSince;
}

/**
 * The same for an entry that was routed before.
 *
 * @param listedAt since when its customer is on the list, which alone stops a bulk send.
 */
export function isUnwanted(
  { requestId, entry, thread }: Pick<EntryChange, 'requestId' | 'entry' | 'thread'>,
  listedAt: Timestamp | null = null,
): boolean {
  if (!thread || entry.payload?.kind === 'delete') return false;
  const isBulk = isBulkRequestId(requestId);
  const optedOutAt = thread.optedOutAt ?? (isBulk ? listedAt : null);
  return isOptOutInTheWay({ optedOutAt, lastInboundAt: thread.lastInboundAt, isBulk });
}
