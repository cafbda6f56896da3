/** When an entry is to be sent, and when it is too late for it. Pure. */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { OutboxInput } from '@switchboard/contract/outbox';

/** An entry nobody routed for so long is about a moment that has passed, ms. Events are delivered again for as long. */
export const MAX_AGE_MS = 24 * 3_600_000;
/** What is due so soon is handed to the host at once, ms: it would be due before it got there. */
const AT_ONCE_MS = 30_000;
const MAX_AHEAD_MS = 366 * 24 * 3_600_000;

export type Timing =
  | { readonly kind: 'ok'; readonly sendAt: OutboxInput['createdAt'] | null }
  | { readonly kind: 'refused'; readonly error: ErrorInfo };

export function decideTiming({ createdAt, sendAt }: Pick<OutboxInput, 'createdAt' | 'sendAt'>, nowMs: number): Timing {
  if (nowMs - createdAt.toMillis() > MAX_AGE_MS) {
    return refused(errorOf('too_late', 'createdAt: it was written more than a day ago', 'createdAt'));
  }
  if (sendAt === undefined) return { kind: 'ok', sendAt: null };
  const aheadMs = sendAt.toMillis() - nowMs;
  if (aheadMs > MAX_AHEAD_MS) {
    return refused(errorOf('invalid_request', 'sendAt: must be within a year from now', 'sendAt'));
  }
  return { kind: 'ok', sendAt: aheadMs > AT_ONCE_MS ? sendAt : null };
}

function refused(error: ErrorInfo): Timing {
  return { kind: 'refused', error };
}
