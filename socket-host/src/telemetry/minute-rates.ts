/**
 * Counts what this host does, minute by minute, for the last hour: what its heartbeat shows to staff. Bounded; a restart begins at
 * nothing, and what a former process did goes with its heartbeat.
 */
import { RATE_MINUTES, type MinuteRate } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';

export type Counted = Exclude<keyof MinuteRate, 'minute'>;

const MINUTE_MS = 60_000;

export class MinuteRates {
  readonly #clock: Pick<Clock, 'nowMs'>;
  /** Oldest first; minutes in which nothing was done are left out. */
  #minutes: (Record<Counted, number> & { readonly minute: number })[] = [];

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  count(what: Counted): void {
    const minute = Math.floor(this.#clock.nowMs() / MINUTE_MS);
    let last = this.#minutes.at(-1);
    // A clock that was set back goes on counting in the minute it had come to.
    if (!last || last.minute < minute) {
      last = { minute, sent: 0, failed: 0, delivered: 0, received: 0 };
      this.#minutes = [...this.#minutes, last].slice(-RATE_MINUTES);
    }
    last[what] += 1;
  }

  list(): MinuteRate[] {
    const oldest = Math.floor(this.#clock.nowMs() / MINUTE_MS) - RATE_MINUTES;
    return this.#minutes.filter(({ minute }) => minute > oldest).map((minute) => ({ ...minute }));
  }
}
