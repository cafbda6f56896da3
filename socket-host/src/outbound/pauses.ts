import type { Clock } from '../clock.ts';

/** Waits that end early when everything stops. */
export class Pauses {
  readonly #clock: Clock;
  readonly #wakeups = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(delayMs: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakeups.delete(wake);
        resolve();
      };
      const cancel = this.#clock.after(delayMs, wake);
      this.#wakeups.add(wake);
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends every wait, now and from now on. */
  end(): void {
    this.#isOver = true;
    for (const wake of [...this.#wakeups]) wake();
  }
}
