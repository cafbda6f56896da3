/**
 * The cap on new threads: how many people who never wrote to us an account may write to within any 24 h. Every further message to
 * one of them is free: what WhatsApp minds is the number of strangers.
 */
import { LRUCache } from 'lru-cache';
import { bounded } from '../bounded.ts';
import type { Clock } from '../clock.ts';

const DAY_MS = 24 * 3_600_000;
/** Without a cap nobody asks: then what is old goes whenever so many are known. */
const FORGET_EVERY = 256;
/** How many of those who answered are known: of the others only their threads tell. */
const MAX_ANSWERED = 5_000;

export class FirstContacts {
  readonly #clock: Clock;
  /** When each stranger was first written to, by the monotonic clock. */
  readonly #at = new Map<string, number>();
  /** Threads of those who have written to us since an entry for them was routed: strangers no more. */
  readonly #answered = new LRUCache<string, true>(bounded(MAX_ANSWERED));

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts what was sent before, by how long ago that was, ms. */
  remember(threadId: string, ageMs: number): void {
    const at = this.#clock.monotonicMs() - ageMs;
    this.#at.set(threadId, Math.min(at, this.#at.get(threadId) ?? at));
    if (this.#at.size % FORGET_EVERY === 0) this.#forget();
  }

  /** The customer of this thread has written for the first time. */
  answered(threadId: string): void {
    this.#answered.set(threadId, true);
  }

  hasAnswered(threadId: string): boolean {
    return this.#answered.has(threadId);
  }

  /** How long a first message to this thread has to wait, ms. @param perDay 0 = no cap. */
  waitMs(threadId: string, perDay: number): number {
    if (perDay === 0 || this.#at.has(threadId)) return 0;
    this.#forget();
    const times = [...this.#at.values()].sort((a, b) => a - b);
    const leaves = times[times.length - perDay];
    return leaves === undefined ? 0 : leaves + DAY_MS - this.#clock.monotonicMs();
  }

  /** What is older than a day counts no more. */
  #forget(): void {
    const now = this.#clock.monotonicMs();
    for (const [thread, at] of this.#at) if (now - at >= DAY_MS) this.#at.delete(thread);
  }
}
