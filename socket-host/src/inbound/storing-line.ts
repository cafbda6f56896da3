/**
 * The order in which an account's messages are stored: one at a time, as they come, so that what is known of a thread holds from one to
 * the next. Those of the phone's past, thousands after a link, have a line of their own. The first of it joins the others' line, the
 * second when that one is stored, and so on: what comes now waits for one of them at most.
 */
import type { Clock } from '../clock.ts';

/** A phone may be silent for so long before the first chunk of its past, and between two, ms. */
const PAST_PAUSE_MS = 15_000;

export class StoringLine {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #lastOfPast: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** By the monotonic clock, ms. */
  #pastUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param store may not reject. */
  add<T>(isPast: boolean, store: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    if (isPast) this.expectPast();
    const stored = isPast ? this.#lastOfPast.then(() => this.#join(store)) : this.#join(store);
    if (isPast) this.#lastOfPast = stored;
    return stored;
  }

  #join<T>(store: () => Promise<T>): Promise<T> {
    const stored = this.#last.then(store).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = stored;
    return stored;
  }

  /** More of the phone's past may be on its way to us, as it is after a link: WhatsApp is told that we have it before we do. */
  expectPast(): void {
    this.#pastUntilMs = this.#clock.monotonicMs() + PAST_PAUSE_MS;
  }

  /** Whether nothing is still to be stored, or about to come. */
  isIdle(): boolean {
    return this.#waiting === 0 && this.#clock.monotonicMs() >= this.#pastUntilMs;
  }

  /** Resolves when all that was added is stored. */
  async drain(): Promise<void> {
    await Promise.all([this.#lastOfPast, this.#last]);
  }
}
