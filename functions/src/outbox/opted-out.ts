/**
 * Whether a customer's wish not to be written to stands in the way of an entry. Pure.
 *
 * A bulk send never goes to someone who opted out. What a person writes by hand does once the customer has written
 * again since: they ask, and are answered. The wish itself stays on the list until somebody lifts it.
 */
import { isBulkRequestId } from '@switchboard/contract/ids';
import { optOutKeyOf } from '@switchboard/contract/opt-out';
import type { Thread } from '@switchboard/contract/thread';
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
 * @param listedAt since when its customer is on the list, of which its thread may not know.
 */
export function isUnwanted(
  { requestId, entry, thread }: Pick<EntryChange, 'requestId' | 'entry' | 'thread'>,
  listedAt: Timestamp | null,
): boolean {
  if (!thread || entry.payload?.kind === 'delete') return false;
  const isBulk = isBulkRequestId(requestId);
  return isOptOutInTheWay({ optedOutAt: thread.optedOutAt ?? listedAt, lastInboundAt: thread.lastInboundAt, isBulk });
}

/** Whom an entry goes to, and what their thread knows of the wish. */
export type KnownCustomer = Pick<Thread, 'phoneE164' | 'clientJid' | 'optedOutAt' | 'optOutSoughtAs'>;

/**
 * As whom the customer is to be sought on the list; `null` where their thread tells. It tells of whom was sought last: one whose
 * number was hidden then, or was another, may be on the list by their number. A bulk send asks each time.
 */
export function keyToSeek(customer: KnownCustomer, isBulk: boolean): string | null {
  if (customer.optedOutAt) return null;
  const key = optOutKeyOf(customer);
  return isBulk || customer.optOutSoughtAs !== key ? key : null;
}
