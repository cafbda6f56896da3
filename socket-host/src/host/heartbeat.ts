/**
 * Renews this host's leases by its one heartbeat document, and knows by its own monotonic clock whether they still hold.
 * The clock is read before the write leaves: however late the answer comes, we never believe longer than others do.
 */
import { HEARTBEAT_INTERVAL_MS, SELF_FENCE_MS } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';

const CHECK_MS = 500;
/** A process that has not come round to its own check for so long is stuck, ms. */
const STUCK_MS = 30_000;

export interface HeartbeatDependencies {
  readonly clock: Clock;
  /** Writes the heartbeat document. */
  readonly write: () => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  /** Renewal has failed for too long: nothing may be sent or written for any account any more. */
  readonly onFenced: (silentMs: number) => void;
}

export class Heartbeat {
  readonly #with: HeartbeatDependencies;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #checkedAtMs: number;
  #cancelBeat = (): void => undefined;
  #cancelCheck = (): void => undefined;
  #isFenced = false;
  #isStopped = false;

  constructor(dependencies: HeartbeatDependencies) {
    this.#with = dependencies;
    this.#checkedAtMs = dependencies.clock.monotonicMs();
  }

  /** Resolves after the first heartbeat is written. @throws when Firestore cannot be reached. */
  async start(): Promise<void> {
    await this.#renew();
    this.#scheduleBeat();
    this.#check();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelBeat();
    this.#cancelCheck();
  }

  /** Whether our leases certainly hold at this moment. Asked before anything leaves the host. */
  isHeld(): boolean {
    return !this.#isFenced && this.#with.clock.monotonicMs() - this.#renewedAtMs < SELF_FENCE_MS;
  }

  /** Whether the event loop comes round to its timers. */
  isTurning(): boolean {
    return this.#isStopped || this.#with.clock.monotonicMs() - this.#checkedAtMs < STUCK_MS;
  }

  /** Writes a heartbeat now, outside the rhythm. */
  async #renew(): Promise<void> {
    const askedAtMs = this.#with.clock.monotonicMs();
    await this.#with.write();
    this.#renewedAtMs = Math.max(this.#renewedAtMs, askedAtMs);
    this.#isFenced = false;
  }

  #scheduleBeat(): void {
    if (this.#isStopped) return;
    this.#cancelBeat = this.#with.clock.after(HEARTBEAT_INTERVAL_MS, () => {
      void this.#renew()
        .catch(this.#with.onFailed)
        .finally(() => {
          this.#scheduleBeat();
        });
    });
  }

  #check(): void {
    if (this.#isStopped) return;
    this.#checkedAtMs = this.#with.clock.monotonicMs();
    if (!this.#isFenced && !this.isHeld()) {
      this.#isFenced = true;
      this.#with.onFenced(this.#with.clock.monotonicMs() - this.#renewedAtMs);
    }
    this.#cancelCheck = this.#with.clock.after(CHECK_MS, () => {
      this.#check();
    });
  }
}
