/**
 * Renews this host's leases by its one heartbeat document, and knows by its own monotonic clock whether they still hold.
 * The clock is read before the write leaves: however late the answer comes, we never believe longer than others do.
 *
 *   lapsed ──renewed──▶ held ──too long without a renewal──▶ lapsed
 *
 * A lapse is noticed by whoever asks first, a timer or something about to leave the host, and always before a later renewal counts:
 * a process that was stopped for a while finds out before it does anything, and what it owned before, it owns no more.
 *
 * Our leases hold again with the first answer that leaves time for the next one. While answers take longer than that, a host could
 * connect its accounts only to lose them at once, and others, to whom it looks alive, would never take them: it is silent for longer
 * than a lease, so that they can.
 */
import { heartbeatIntervalOf, selfFenceOf } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';

const CHECK_MS = 500;
/** A process that has not come round to its own check for so long is stuck, ms. */
const STUCK_MS = 30_000;
/** How many heartbeats may be unanswered at once: those of a minute, after which a write that hangs is given up, and then some. */
const MAX_UNANSWERED = 64;
/** How many answers may be too late one after the other before we fall silent; those that come at once, as after a cut, are one. */
const MAX_LATE = 3;
/** How long we are silent then, in leases: one for others to find us dead, one for them to take what is ours. */
const SILENT_LEASES = 2;

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
  /** Answers take longer than we can hold our leases by them: others get the time to take what is ours. */
  readonly onSilent: (silentForMs: number) => void;
}

export class Heartbeat {
  readonly #with: HeartbeatDependencies;
  readonly #fenceMs: number;
  readonly #intervalMs: number;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #checkedAtMs: number;
  #unanswered = 0;
  #late = 0;
  #lateAtMs = Number.NEGATIVE_INFINITY;
  #cancelBeat = (): void => undefined;
  #cancelCheck = (): void => undefined;
  #hasLapsed = true;
  #lapsedAtMs: number;
  #wasHeld = false;
  #isStopped = false;

  constructor(dependencies: HeartbeatDependencies) {
    this.#with = dependencies;
    this.#fenceMs = selfFenceOf(dependencies.leaseTtlMs);
    this.#intervalMs = heartbeatIntervalOf(dependencies.leaseTtlMs);
    this.#checkedAtMs = dependencies.clock.monotonicMs();
    this.#lapsedAtMs = this.#checkedAtMs;
  }

  /** Begins to beat. While Firestore is away nothing is held; beating goes on. */
  start(): void {
    this.#lapsedAtMs = this.#with.clock.monotonicMs();
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

  /** For how long nothing of ours has been held, from the start or the lapse on, whole ms; 0 while our leases hold. */
  fencedForMs(): number {
    return this.isHeld() ? 0 : Math.round(this.#with.clock.monotonicMs() - this.#lapsedAtMs);
  }

  /** Whether the event loop comes round to its timers. */
  isTurning(): boolean {
    return this.#isStopped || this.#with.clock.monotonicMs() - this.#checkedAtMs < STUCK_MS;
  }

  /** The rhythm does not wait for answers: a heartbeat that hangs must not keep the next one from getting through. */
  #beat(): void {
    if (this.#isStopped) return;
    if (this.#unanswered < MAX_UNANSWERED) void this.#renew();
    this.#beatIn(this.#intervalMs);
  }

  #beatIn(ms: number): void {
    this.#cancelBeat();
    this.#cancelBeat = this.#with.clock.after(ms, () => {
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
    if (!this.#hasLapsed) return;
    if (this.#silentMs() + this.#intervalMs < this.#fenceMs) this.#hold();
    else this.#noteLate();
  }

  #hold(): void {
    const isAgain = this.#wasHeld || this.#late >= MAX_LATE;
    this.#hasLapsed = false;
    this.#wasHeld = true;
    this.#late = 0;
    this.#with.onHeld();
    // The others know us as one that takes no accounts, or as dead.
    if (isAgain) this.#beat();
  }

  #noteLate(): void {
    const { clock, leaseTtlMs, onSilent } = this.#with;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lateAtMs < this.#intervalMs / 2) return;
    this.#lateAtMs = nowMs;
    this.#late += 1;
    if (this.#late < MAX_LATE) return;
    // What is under way makes us look alive until as late as this answer came.
    const silentForMs = SILENT_LEASES * leaseTtlMs + this.#silentMs();
    this.#beatIn(silentForMs);
    if (this.#late === MAX_LATE) onSilent(silentForMs);
  }

  #silentMs(): number {
    return this.#with.clock.monotonicMs() - this.#renewedAtMs;
  }

  #noticeLapse(): void {
    if (this.#hasLapsed || this.#silentMs() < this.#fenceMs) return;
    this.#hasLapsed = true;
    this.#lapsedAtMs = this.#with.clock.monotonicMs();
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
