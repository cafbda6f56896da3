/**
 * Outbox entries that exist but are not routed yet. Functions route in any order; a thread keeps the order in which staff wrote.
 * So a routed entry waits while an older one that may belong to its thread is still unrouted. Each unrouted entry holds others back for
 * a bounded time only: should its function never come, the thread goes on without it.
 */
import { bareJid, jidOfPhone } from '@switchboard/contract/jid';
import { parsePhone } from '@switchboard/contract/phone';
import { microsOf } from '@switchboard/contract/timestamp';
import type { Clock } from '../clock.ts';
import type { Addressing, OutboxEntry } from '../store/outbox.ts';
import type { UnroutedEntry } from '../store/waiting-outbox.ts';

/**
 * How long one unrouted entry may hold others back, ms. Long enough for an entry whose event was lost to be found by the sweep: that
 * looks each minute at what is older than 20 s.
 */
export const MAX_HOLD_MS = 120_000;

/** Bounds the memory of a flood; what is beyond it does not hold anything back. */
const MAX_REMEMBERED = 10_000;

interface Seen {
  readonly entry: UnroutedEntry;
  readonly seenAtMs: number;
  isToldExpired: boolean;
}

export class UnroutedEntries {
  readonly #clock: Clock;
  readonly #onExpired: (requestId: string) => void;
  readonly #seen = new Map<string, Seen>();

  /** @param onExpired told once of each entry that holds others back no longer though it is not routed yet. */
  constructor(clock: Clock, onExpired: (requestId: string) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  add(entry: UnroutedEntry): void {
    if (this.#seen.has(entry.requestId) || this.#seen.size >= MAX_REMEMBERED) return;
    this.#seen.set(entry.requestId, { entry, seenAtMs: this.#clock.monotonicMs(), isToldExpired: false });
  }

  has(requestId: string): boolean {
    return this.#seen.has(requestId);
  }

  remove(requestId: string): void {
    this.#seen.delete(requestId);
  }

  /** How long this entry has still to wait for an older one, ms; 0 when it may go. */
  holdMs(entry: OutboxEntry): number {
    if (this.#seen.size === 0) return 0;
    const now = this.#clock.monotonicMs();
    const createdAt = microsOf(entry.data.createdAt);
    let holdMs = 0;
    for (const seen of this.#seen.values()) {
      if (seen.entry.createdAtMicros >= createdAt || !mayShareThread(seen.entry.asked, entry)) continue;
      const leftMs = seen.seenAtMs + MAX_HOLD_MS - now;
      holdMs = Math.max(holdMs, leftMs);
      if (leftMs > 0 || seen.isToldExpired) continue;
      seen.isToldExpired = true;
      this.#onExpired(seen.entry.requestId);
    }
    return holdMs;
  }
}

/** Whether an unrouted entry may turn out to be of the same thread. In doubt it may: waiting costs less than disorder. */
function mayShareThread(asked: Addressing, entry: OutboxEntry): boolean {
  if (asked.threadId !== undefined) return asked.threadId === entry.data.threadId;
  const theirs = jidAsked(asked);
  const ours = new Set([jidAsked(entry.asked), bareJid(entry.data.recipientJid)]);
  ours.delete(null);
  if (theirs === null || ours.size === 0) return true;
  if (ours.has(theirs)) return true;
  // One by number and one by LID can be the same person; two different numbers cannot.
  const isSameKind = [...ours].some((jid) => jid?.endsWith(serverOf(theirs)) === true);
  return !isSameKind;
}

function jidAsked(asked: Addressing): string | null {
  if (asked.toJid !== undefined) return bareJid(asked.toJid);
  const phone = asked.toPhone === undefined ? null : parsePhone(asked.toPhone);
  return phone === null ? null : jidOfPhone(phone);
}

function serverOf(jid: string): string {
  return jid.slice(jid.indexOf('@'));
}
