/**
 * How fast one account sends: at most so many messages in any 60 s, never two on each other's heels, never too many at once.
 *
 * The window counts a message from the moment it was answered for, and everything under way as if it were just now: so no 60 s at
 * WhatsApp's side ever see more, however long a message was on its way. Of those that wait for a turn, what staff wrote first goes first.
 */
import type { Clock } from '../clock.ts';

const WINDOW_MS = 60_000;
/** Enough that one that waits for its ack holds nobody up, few enough that a lost connection leaves few in doubt. */
export const MAX_UNDER_WAY = 20;
/** People do not write two messages within a fraction of a second: the pause between two, ms. */
const MIN_PAUSE_MS = 300;
const MAX_PAUSE_MS = 1_200;

/** Ends a turn. `wasSent`: something may have left, so it counts. */
export type EndTurn = (wasSent: boolean) => void;

interface Turn {
  readonly place: number;
  readonly resolve: (turn: EndTurn | null) => void;
}

export interface PacerDependencies {
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
}

export class Pacer {
  readonly #clock: Clock;
  readonly #random: () => number;
  /** When messages of the last 60 s were answered for, by the monotonic clock, oldest first. */
  #answered: number[] = [];
  #underWay = 0;
  #notBefore = 0;
  #perMinute: number;
  /** In the order in which they get their turns. */
  readonly #waiting: Turn[] = [];
  #cancelTimer: () => void = () => undefined;
  #isStopped = false;

  constructor({ clock, random }: PacerDependencies, perMinute: number) {
    this.#clock = clock;
    this.#random = random;
    this.#perMinute = perMinute;
  }

  /** @param perMinute 0 = unpaced. */
  setPerMinute(perMinute: number): void {
    this.#perMinute = perMinute;
    this.#pump();
  }

  /** Counts messages a former owner of the account sent, by how long ago that was, ms. */
  remember(agesMs: readonly number[]): void {
    const now = this.#clock.monotonicMs();
    this.#answered = [...this.#answered, ...agesMs.map((age) => now - age)].sort((a, b) => a - b);
  }

  /**
   * Resolves when it is this caller's turn; with `null` when the account stops.
   *
   * @param place when what is to be sent was written, µs since 1970: who asks late does not lose it.
   */
  turn(place: number): Promise<EndTurn | null> {
    return new Promise((resolve) => {
      const before = this.#waiting.findLastIndex((other) => other.place <= place);
      this.#waiting.splice(before + 1, 0, { place, resolve });
      this.#pump();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    for (const { resolve } of this.#waiting.splice(0)) resolve(null);
  }

  #pump(): void {
    this.#cancelTimer();
    for (;;) {
      const next = this.#waiting[0];
      if (!next) return;
      if (this.#isStopped) {
        this.#waiting.shift();
        next.resolve(null);
        continue;
      }
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        if (waitMs < Number.POSITIVE_INFINITY)
          this.#cancelTimer = this.#clock.after(waitMs, () => {
            this.#pump();
          });
        return;
      }
      this.#waiting.shift();
      this.#underWay += 1;
      if (this.#perMinute > 0) this.#notBefore = this.#clock.monotonicMs() + this.#pauseMs();
      next.resolve(this.#endOnce());
    }
  }

  #pauseMs(): number {
    // At a high rate the pause would be the limit; then it is half of the average distance.
    const longest = Math.min(MAX_PAUSE_MS, WINDOW_MS / this.#perMinute / 2);
    return Math.min(MIN_PAUSE_MS, longest) + this.#random() * Math.max(0, longest - MIN_PAUSE_MS);
  }

  /** How long until the next may start; Infinity = until one that is under way ends. */
  #waitMs(): number {
    if (this.#underWay >= MAX_UNDER_WAY) return Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonicMs();
    // Also where nothing is paced: it may be from the next moment on, and what nobody asks about would grow for ever.
    this.#forgetBefore(now - WINDOW_MS);
    if (this.#perMinute === 0) return 0;
    const surplus = this.#answered.length + this.#underWay - this.#perMinute;
    if (surplus < 0) return Math.max(0, this.#notBefore - now);
    const leaves = this.#answered[surplus];
    return leaves === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(leaves + WINDOW_MS - now, this.#notBefore - now, 1);
  }

  #forgetBefore(past: number): void {
    const kept = this.#answered.findIndex((at) => at > past);
    this.#answered.splice(0, kept === -1 ? this.#answered.length : kept);
  }

  #endOnce(): EndTurn {
    let isEnded = false;
    return (wasSent) => {
      if (isEnded) return;
      isEnded = true;
      this.#underWay -= 1;
      if (wasSent) this.#answered.push(this.#clock.monotonicMs());
      this.#pump();
    };
  }
}
