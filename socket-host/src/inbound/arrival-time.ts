/**
 * The place of an arrived message in its thread. WhatsApp stamps messages in whole seconds, staff write within one: by WhatsApp's
 * stamp alone an answer would stand before its question. Pure.
 */
import type { WireSource } from '../whatsapp/types.ts';

/** A live message whose stamp is no older than this is placed at the moment it arrived, ms. */
const FRESH_MS = 5_000;

export interface Timing {
  readonly source: WireSource;
  /** WhatsApp's stamp, whole seconds; `null` when it gave none. */
  readonly sentAtMs: number | null;
  readonly nowMs: number;
  /** Where the thread's newest message stands. */
  readonly lastAtMs: number;
  /** Where the customer's newest message stands; 0 for none. */
  readonly lastInboundAtMs: number;
}

/** When a message counts as arrived, ms since 1970. */
export function arrivalTime(timing: Timing): number {
  const { source, sentAtMs, nowMs, lastInboundAtMs } = timing;
  if (source === 'history') return sentAtMs ?? nowMs;
  // A live message stands where it arrived, a little after its stamp. One that a backlog brings stands by its stamp, and would
  // come before it; what the wire had first stays first.
  return Math.max(sentAtMs === null ? nowMs : ownPlace(timing, sentAtMs), lastInboundAtMs + 1);
}

function ownPlace({ source, nowMs, lastAtMs }: Timing, sentAtMs: number): number {
  const ageMs = nowMs - sentAtMs;
  if (source === 'live' && ageMs >= 0 && ageMs < FRESH_MS) {
    // Several within one millisecond keep their order too.
    const isCrowded = lastAtMs >= nowMs && lastAtMs - nowMs < 1_000;
    return isCrowded ? lastAtMs + 1 : nowMs;
  }
  // Of one second, the wire's own order decides.
  const isSameSecond = Math.floor(lastAtMs / 1_000) === Math.floor(sentAtMs / 1_000);
  return isSameSecond ? Math.max(sentAtMs, lastAtMs + 1) : sentAtMs;
}
