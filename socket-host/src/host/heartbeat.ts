/**
 * Renews this host's leases by its one heartbeat document, and knows by its own monotonic clock whether they still hold.
 * The clock is read before the write leaves: however late the answer comes, we never believe longer than others do.
 *
 *   lapsed ──answered in time──▶ held ──too long without an answer──▶ lapsed
 *
 * A lapse is noticed by whoever asks first, a timer or something about to leave the host, and always before a later answer counts:
 * a process that was stopped for a while finds out before it does anything, and what it owned before, it owns no more.
 *
 * An answer is in time if it leaves time for the next one; one that was waited for in vain is late. Where answers are late again and
 * again, connecting the accounts means losing them at once; and others, to whom this host looks alive as long as it beats, would never
 * take them. If there is another host to take them, this one is silent for a while; it ends its silence when there is none any more, for
 * then nobody would run the accounts: the other may be slow itself, or dead, or have no room left.
 */
import { heartbeatIntervalOf, selfFenceOf } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';

const CHECK_MS = 500;
/** A process that has not come round to its own check for so long is stuck, ms. */
const STUCK_MS = 30_000;
/** How many heartbeats may be unanswered at once: a write that hangs is given up after a minute, one that is refused is repeated for ten. */
const MAX_UNANSWERED = 64;
/** With so many lapses and late answers we fall silent; what comes at one moment, as after a cut, is one. */
const MAX_LATE = 3;
/** They are forgotten once our leases have held for so long, in leases. */
const STEADY_LEASES = 2;
/** How long we are silent at most, in leases: one for others to find us dead, one for them to take what is ours. */
const SILENT_LEASES = 2;

export interface HeartbeatDependencies {
  readonly clock: Clock;
  readonly leaseTtlMs: number;
  /** Writes the heartbeat document. @param fencedForMs for how long our leases have not held; 0 with the first, which is to begin with. */
  readonly write: (fencedForMs: number) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  /** Our leases hold: for the first time, or again after a lapse. */
  readonly onHeld: () => void;
  /** Our leases have lapsed: nothing may be sent or written for any account any more. */
  readonly onLapsed: (silentMs: number) => void;
  /** Whether there is another host that could take what is ours. */
  readonly hasHeir: () => boolean;
  /** Answers are late too often to hold our leases by: others get the time to take what is ours. @param silentForMs at most. */
  readonly onSilent: (silentForMs: number) => void;
}

export class Heartbeat {
  readonly #with: HeartbeatDependencies;
  readonly #fenceMs: number;
  readonly #intervalMs: number;
  /** When the newest heartbeat left, and the newest that was answered. */
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #checkedAtMs: number;
  #unanswered = 0;
  #cancelBeat = (): void => undefined;
  #cancelCheck = (): void => undefined;
  #hasLapsed = true;
  /** Since when our leases hold, or do not. */
  #sinceMs: number;
  #isShownFenced = false;
  #late = 0;
  #lateAtMs = Number.NEGATIVE_INFINITY;
  #isSilent = false;
  #silentUntilMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(dependencies: HeartbeatDependencies) {
    this.#with = dependencies;
    this.#fenceMs = selfFenceOf(dependencies.leaseTtlMs);
    this.#intervalMs = heartbeatIntervalOf(dependencies.leaseTtlMs);
    this.#checkedAtMs = dependencies.clock.monotonicMs();
    this.#sinceMs = this.#checkedAtMs;
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

  /** For how long our leases have not held, whole ms; 0 while they do. */
  fencedForMs(): number {
    return this.isHeld() ? 0 : Math.max(1, Math.round(this.#with.clock.monotonicMs() - this.#sinceMs));
  }

  /** Whether the event loop comes round to its timers. */
  isTurning(): boolean {
    return this.#isStopped || this.#with.clock.monotonicMs() - this.#checkedAtMs < STUCK_MS;
  }

  /**
   * The rhythm does not wait for answers: a heartbeat that hangs must not keep the next one from getting through. It is twice as quick
   * while the newest is unanswered: one that is lost must not cost us our leases.
   */
  #beat(): void {
    if (this.#isStopped || this.#isSilent) return;
    const half = this.#intervalMs / 2;
    this.#next(half, () => {
      if (this.#renewedAtMs < this.#askedAtMs) this.#beat();
      else
        this.#next(half, () => {
          this.#beat();
        });
    });
    // After that, since a silence may begin with a lapse: then its end is what comes next.
    this.#noticeLapse();
    void this.#renew();
  }

  #next(delayMs: number, task: () => void): void {
    this.#cancelBeat();
    this.#cancelBeat = this.#with.clock.after(delayMs, task);
  }

  async #renew(): Promise<void> {
    if (this.#isSilent || this.#unanswered >= MAX_UNANSWERED) return;
    const { clock, write, onFailed } = this.#with;
    const isFirst = this.#askedAtMs === Number.NEGATIVE_INFINITY;
    const askedAtMs = clock.monotonicMs();
    const fencedForMs = isFirst ? 0 : this.fencedForMs();
    this.#askedAtMs = askedAtMs;
    this.#isShownFenced = fencedForMs > 0;
    this.#unanswered += 1;
    try {
      await write(fencedForMs);
      if (!this.#isStopped) this.#answered(askedAtMs);
    } catch (error) {
      onFailed(error);
      if (!this.#isStopped) this.#givenUp(askedAtMs);
    } finally {
      this.#unanswered -= 1;
    }
  }

  #answered(askedAtMs: number): void {
    this.#noticeLapse();
    this.#renewedAtMs = Math.max(this.#renewedAtMs, askedAtMs);
    if (!this.#hasLapsed) {
      const heldForMs = this.#with.clock.monotonicMs() - this.#sinceMs;
      if (heldForMs >= STEADY_LEASES * this.#with.leaseTtlMs) this.#late = 0;
    } else if (this.#isSilent) {
      // It left before we fell silent, and may have made us look alive until now.
      this.#beSilent();
    } else if (this.#silentMs() + this.#intervalMs / 2 < this.#fenceMs) {
      this.#hold();
    } else {
      this.#noteLate();
    }
  }

  /** Nothing came in all the time it was waited for: that is as late as can be, and the heartbeat may have made us look alive. */
  #givenUp(askedAtMs: number): void {
    this.#noticeLapse();
    const waitedMs = this.#with.clock.monotonicMs() - askedAtMs;
    if (this.#hasLapsed && !this.#isSilent && waitedMs >= this.#fenceMs) this.#noteLate();
  }

  #hold(): void {
    this.#hasLapsed = false;
    this.#sinceMs = this.#with.clock.monotonicMs();
    this.#with.onHeld();
    // To the others we are one that takes no accounts.
    if (this.#isShownFenced) this.#beat();
  }

  #silentMs(): number {
    return this.#with.clock.monotonicMs() - this.#renewedAtMs;
  }

  #noticeLapse(): void {
    if (this.#hasLapsed || this.#silentMs() < this.#fenceMs) return;
    this.#hasLapsed = true;
    this.#sinceMs = this.#with.clock.monotonicMs();
    this.#with.onLapsed(this.#silentMs());
    this.#noteLate();
  }

  #noteLate(): void {
    const { clock, leaseTtlMs, hasHeir, onSilent } = this.#with;
    const nowMs = clock.monotonicMs();
    if (this.#isStopped || nowMs - this.#lateAtMs < this.#intervalMs / 2) return;
    this.#lateAtMs = nowMs;
    this.#late += 1;
    if (this.#late < MAX_LATE || !hasHeir()) return;
    this.#beSilent();
    onSilent(SILENT_LEASES * leaseTtlMs);
  }

  #beSilent(): void {
    const { clock, leaseTtlMs } = this.#with;
    this.#isSilent = true;
    this.#silentUntilMs = clock.monotonicMs() + SILENT_LEASES * leaseTtlMs;
    this.#staySilent();
  }

  /** However the silence ends, another begins only after as many late answers anew: those before it may be of a time that is over. */
  #staySilent(): void {
    const leftMs = this.#silentUntilMs - this.#with.clock.monotonicMs();
    if (leftMs > 0 && this.#with.hasHeir()) {
      this.#next(Math.min(leftMs, this.#intervalMs), () => {
        this.#staySilent();
      });
      return;
    }
    this.#isSilent = false;
    this.#late = 0;
    this.#beat();
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
