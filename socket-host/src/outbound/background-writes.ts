/** Writes nobody waits for at once: repeated until they are stored or given up, and waited for at the end. */
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import type { Logger } from '../telemetry/logger.ts';
import { writeBroke } from './log-events.ts';

export interface BackgroundDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isStopping: () => boolean;
}

export class BackgroundWrites {
  readonly #with: BackgroundDependencies;
  readonly #running = new Set<Promise<unknown>>();

  constructor(dependencies: BackgroundDependencies) {
    this.#with = dependencies;
  }

  /**
   * @param what is written, for the log.
   * @param isOver when to give it up; by default, as soon as the account stops.
   */
  start(what: string, task: () => Promise<void>, isOver = this.#with.isStopping): void {
    const { clock, logger } = this.#with;
    this.follow(
      untilStored(clock, isOver, task, (_attempt, error) => {
        writeBroke(logger, what, error);
      }),
    );
  }

  /** Waits at the end for something that is under way already, and never rejects. */
  follow(work: Promise<unknown>): void {
    const isOver = (): void => {
      this.#running.delete(run);
    };
    const run = work.then(isOver, isOver);
    this.#running.add(run);
  }

  /** Resolves when everything that is under way has ended, and what that has begun. */
  async done(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
