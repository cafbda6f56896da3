/**
 * Renews this host's leases by its one heartbeat document, and knows by its own monotonic clock whether they still hold.
 * The clock is read before the write leaves: however late the answer comes, we never believe longer than others do.
 *
 *   lapsed ──renewed──▶ held ──too long without a renewal──▶ lapsed
 *
 * A lapse is noticed by whoever asks first, a timer or something about to leave the host, and always before a later renewal counts:
 * a process that was stopped for a while finds out before it does anything, and what it owned before, it owns no more.
 */
import { heartbeatIntervalOf, selfFenceOf } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';

const CHECK_MS = 500;
/** A process that has not come round to its own check for so long is stuck, ms. */
const STUCK_MS = 30_000;
/** How many heartbeats may be unanswered at once: those of a minute, after which a write that hangs is given up, and then some. */
const MAX_UNANSWERED = 64;

export interface HeartbeatDependencies {
  readonly clock: Clock;
  readonly leaseTtlMs: number;
  /** Writes the heartbeat document. */
  readonly write: () => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  /** Our leases hold: for the first time, or again after a lapse. */
  readonly onHeld: () => void;
  /** Our leases have lapsed: nothing may be sent or written for any account any more. */
  readonly onLapsed: (silentMs: number) => void;
}

export class Heartbeat {
  readonly #with: HeartbeatDependencies;
  readonly #fenceMs: number;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #checkedAtMs: number;
  #unanswered = 0;
  #cancelBeat = (): void => undefined;
  #cancelCheck = (): void => undefined;
  #hasLapsed = true;
  #isStopped = false;

  constructor(dependencies: HeartbeatDependencies) {
    this.#with = dependencies;
    this.#fenceMs = selfFenceOf(dependencies.leaseTtlMs);
    this.#checkedAtMs = dependencies.clock.monotonicMs();
  }

  /** Begins to beat. While Firestore is away nothing is held; beating goes on. */
  start(): void {
    this.#beat();
    this.#check();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelBeat();
    this.#cancelCheck();
  }

  /** Whether our leases certainly hold at this moment. Asked before anything leaves the host. */
  isHeld(): boolean {
    this.#noticeLapse();
    return !this.#hasLapsed;
  }

  /** Whether the event loop comes round to its timers. */
  isTurning(): boolean {
    return this.#isStopped || this.#with.clock.monotonicMs() - this.#checkedAtMs < STUCK_MS;
  }

  /** The rhythm does not wait for answers: a heartbeat that hangs must not keep the next one from getting through. */
  #beat(): void {
    if (this.#isStopped) return;
    if (this.#unanswered < MAX_UNANSWERED) void this.#renew();
    this.#cancelBeat = this.#with.clock.after(heartbeatIntervalOf(this.#with.leaseTtlMs), () => {
      this.#beat();
    });
  }

  async #renew(): Promise<void> {
    const { clock, write, onFailed } = this.#with;
    const askedAtMs = clock.monotonicMs();
    this.#unanswered += 1;
    try {
      await write();
      if (!this.#isStopped) this.#renewed(askedAtMs);
    } catch (error) {
      onFailed(error);
    } finally {
      this.#unanswered -= 1;
    }
  }

  #renewed(askedAtMs: number): void {
    this.#noticeLapse();
    this.#renewedAtMs = Math.max(this.#renewedAtMs, askedAtMs);
    if (!this.#hasLapsed || this.#silentMs() >= this.#fenceMs) return;
    this.#hasLapsed = false;
    this.#with.onHeld();
  }

  #silentMs(): number {
    return this.#with.clock.monotonicMs() - this.#renewedAtMs;
  }

  #noticeLapse(): void {
    if (this.#hasLapsed || this.#silentMs() < this.#fenceMs) return;
    this.#hasLapsed = true;
    this.#with.onLapsed(this.#silentMs());
  }

  #check(): void {
    if (this.#isStopped) return;
    this.#checkedAtMs = this.#with.clock.monotonicMs();
    this.#noticeLapse();
    this.#cancelCheck = this.#with.clock.after(CHECK_MS, () => {
      this.#check();
    });
  }
}
