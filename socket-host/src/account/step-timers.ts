/** The steps an account takes by the clock: its next try to connect, and that a connection has held. */
import type { Clock } from '../clock.ts';
import { Alarm } from './alarm.ts';
import type { Input, MachineState } from './steps.ts';

/** A connection that was open for this long was a good one: the next trouble is a new one, ms. */
const STABLE_MS = 120_000;

export interface StepTimersDependencies {
  readonly clock: Clock;
  /** How long a connection has to hold until the account is well again, ms. */
  readonly stableMs?: number;
  readonly onTime: (input: Input) => void;
}

export class StepTimers {
  readonly #with: StepTimersDependencies;
  readonly #retry: Alarm;
  readonly #stability: Alarm;

  constructor(dependencies: StepTimersDependencies) {
    this.#with = dependencies;
    this.#retry = new Alarm(dependencies.clock);
    this.#stability = new Alarm(dependencies.clock);
  }

  retryAfter(delayMs: number): void {
    this.#retry.set(delayMs, () => {
      this.#with.onTime({ type: 'retry' });
    });
  }

  cancelRetry(): void {
    this.#retry.cancel();
  }

  phaseChanged(phase: MachineState['phase']): void {
    this.#stability.cancel();
    if (phase !== 'open') return;
    this.#stability.set(this.#with.stableMs ?? STABLE_MS, () => {
      this.#with.onTime({ type: 'stable' });
    });
  }

  cancel(): void {
    this.#retry.cancel();
    this.#stability.cancel();
  }
}
