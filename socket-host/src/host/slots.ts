/**
 * Bounds how many of something happen at once: hundreds of accounts that start together come through a few at a time, in the order
 * they came. A place is given back by whoever has it, or taken from it after a while, so that a slow one holds nobody up for ever.
 */
import type { Clock } from '../clock.ts';

export interface SlotSettings {
  readonly size: number;
  /** Whoever had to wait goes this much later at most, ms, so that a crowd does not move in step. */
  readonly jitterMs: number;
  /** After this long a place counts as free again, ms. */
  readonly holdMs: number;
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
}

/** Leaves the line or gives the place back. Calling it again changes nothing. */
export type Leave = () => void;

interface Visitor {
  readonly begin: () => void;
  place: 'waiting' | 'inside' | 'gone';
  cancelTimer: () => void;
}

export class Slots {
  readonly #with: SlotSettings;
  readonly #line = new Set<Visitor>();
  #inside = 0;

  constructor(settings: SlotSettings) {
    this.#with = settings;
  }

  /** Calls `begin` when there is room: at once, or later. Never after `Leave` was called. */
  enter(begin: () => void): Leave {
    const visitor: Visitor = { begin, place: 'waiting', cancelTimer: () => undefined };
    if (this.#inside < this.#with.size) this.#admit(visitor, 0);
    else this.#line.add(visitor);
    return () => {
      this.#leave(visitor);
    };
  }

  /** Does `work` when there is room. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const turn = Promise.withResolvers<null>();
    const leave = this.enter(() => {
      turn.resolve(null);
    });
    await turn.promise;
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #admit(visitor: Visitor, delayMs: number): void {
    const { clock, holdMs } = this.#with;
    visitor.place = 'inside';
    this.#inside += 1;
    const begin = (): void => {
      visitor.cancelTimer = clock.after(holdMs, () => {
        this.#leave(visitor);
      });
      visitor.begin();
    };
    if (delayMs === 0) begin();
    else visitor.cancelTimer = clock.after(delayMs, begin);
  }

  #leave(visitor: Visitor): void {
    this.#line.delete(visitor);
    visitor.cancelTimer();
    const wasInside = visitor.place === 'inside';
    visitor.place = 'gone';
    if (!wasInside) return;
    this.#inside -= 1;
    const [next] = this.#line;
    if (!next) return;
    this.#line.delete(next);
    this.#admit(next, this.#with.random() * this.#with.jitterMs);
  }
}
