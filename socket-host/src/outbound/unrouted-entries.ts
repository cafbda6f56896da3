/**
 * Outbox entries that exist but are not routed yet. Functions route in any order; a thread keeps the order in which staff wrote.
 * So a routed entry waits while an older one that may belong to its thread is still unrouted. Each unrouted entry holds others back for
 * a bounded time only: should its function never come, the thread goes on without it. That time begins when the first of those others is
 * routed: until then functions may not have come at all, and when they do, after minutes, a thread needs its order as much as ever.
 */
import { bareJid, jidOfPhone } from '@switchboard/contract/jid';
import { parsePhone } from '@switchboard/contract/phone';
import { microsOf } from '@switchboard/contract/timestamp';
import type { Clock } from '../clock.ts';
import type { Addressing, OutboxEntry } from '../store/outbox.ts';
import type { UnroutedEntry } from '../store/waiting-outbox.ts';

/**
 * How long one unrouted entry may hold others back, ms, from when functions came to a younger one of its thread. Long enough for an entry
 * whose event was lost to be found by the sweep: that looks each minute at what is older than 20 s.
 */
export const MAX_HOLD_MS = 120_000;

/** Bounds the memory of a flood; what is beyond it does not hold anything back. */
const MAX_REMEMBERED = 10_000;

interface Seen {
  readonly entry: UnroutedEntry;
  /** When a younger entry of its thread was routed before it; `null` while there is none. */
  passedByAtMs: number | null;
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
    this.#seen.set(entry.requestId, { entry, passedByAtMs: null, isToldExpired: false });
  }

  has(requestId: string): boolean {
    return this.#seen.has(requestId);
  }

  remove(requestId: string): void {
    this.#seen.delete(requestId);
  }

  /** An entry was routed. It need not be at its turn yet: the time of all that it has to wait for runs from now on, not of one after another. */
  passedBy(entry: OutboxEntry): void {
    for (const seen of this.#before(entry)) seen.passedByAtMs ??= this.#clock.monotonicMs();
  }

  /** How long a routed entry has still to wait for an older one, ms; 0 when it may go. */
  holdMs(entry: OutboxEntry): number {
    const now = this.#clock.monotonicMs();
    let holdMs = 0;
    for (const seen of this.#before(entry)) {
      seen.passedByAtMs ??= now;
      const leftMs = seen.passedByAtMs + MAX_HOLD_MS - now;
      holdMs = Math.max(holdMs, leftMs);
      if (leftMs > 0 || seen.isToldExpired) continue;
      seen.isToldExpired = true;
      this.#onExpired(seen.entry.requestId);
    }
    return holdMs;
  }

  *#before(entry: OutboxEntry): Generator<Seen> {
    if (this.#seen.size === 0) return;
    const createdAt = microsOf(entry.data.createdAt);
    for (const seen of this.#seen.values()) {
      if (seen.entry.createdAtMicros < createdAt && mayShareThread(seen.entry.asked, entry)) yield seen;
    }
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
