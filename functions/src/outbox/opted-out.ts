/**
 * Whether a customer's wish not to be written to stands in the way of an entry. Pure.
 *
 * A bulk send never goes to someone who opted out. What a person writes by hand does once the customer has written
 * again since: they ask, and are answered. The wish itself stays on the list until somebody lifts it.
 */
import { microsOf, type Timestamp } from '@switchboard/contract/timestamp';

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
