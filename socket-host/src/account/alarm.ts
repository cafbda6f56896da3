import type { Clock } from '../clock.ts';

/** One timer that is set anew or cancelled: at any time at most one task waits in it. */
export class Alarm {
  readonly #clock: Clock;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(delayMs: number, task: () => void): void {
    this.#cancel();
    this.#cancel = this.#clock.after(delayMs, task);
  }

  cancel(): void {
    this.#cancel();
  }
}
