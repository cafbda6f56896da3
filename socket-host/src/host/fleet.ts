/**
 * What this host knows of the others: looks at all heartbeats in a steady rhythm, and besides exactly when one of them runs out, so
 * that a dead host is noticed at the moment its leases end and not a rhythm later. Nothing is waited for without a bound: Firestore's
 * client gives a read that hangs up after minutes, and until then other hosts may die.
 */
import { within } from '../account/within.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { readHosts, type HostsView, type LivingHost } from '../store/leases.ts';

/** Looks no sooner again, ms: two clocks that run at different speeds must not make us spin. */
const MIN_PAUSE_MS = 50;
/** A look, and what follows from one, is waited for so long, in rhythms, and no shorter than this, ms: a machine may be slow. */
const WAITED_ROUNDS = 2;
const MIN_WAIT_MS = 5_000;

export interface FleetDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly clock: Clock;
  /** The rhythm, ms. */
  readonly everyMs: number;
  /**
   * Looked at all hosts. The next look waits until this is done, but for no longer than for a look: one call may come while another
   * is still at work.
   */
  readonly onLooked: (deadHostIds: readonly string[]) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
}

export class Fleet {
  readonly #with: FleetDependencies;
  readonly #waitMs: number;
  #view: HostsView = { alive: [], deadHostIds: [] };
  /** Of the looks that left: how many there were, which one our view is of, and which one was reported. */
  #looks = 0;
  #seen = 0;
  #reported = 0;
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #cancel = (): void => undefined;
  #isStopped = false;

  constructor(dependencies: FleetDependencies) {
    this.#with = dependencies;
    this.#waitMs = Math.max(MIN_WAIT_MS, WAITED_ROUNDS * dependencies.everyMs);
  }

  /** Begins to look, now. */
  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** The hosts that take accounts, as last seen. One that drains takes none, nor does one that cannot renew its leases in time. */
  candidates(): readonly LivingHost[] {
    return this.#view.alive.filter(({ state, isFenced }) => state === 'running' && !isFenced);
  }

  /**
   * Those of the candidates that we are not. One whose leases, as last seen, have run out since is none any more. But where looks are
   * waited for in vain we are blind, and what we saw last stands: nothing tells the dead from the living then.
   */
  others(): readonly LivingHost[] {
    const { hostId, clock } = this.#with;
    const ageMs = clock.monotonicMs() - this.#answeredAtMs;
    const isBlind = ageMs > this.#waitMs;
    return this.candidates().filter((host) => host.hostId !== hostId && (isBlind || host.leaseLeftMs > ageMs));
  }

  /** What comes late, after the answer to a later look, is dropped. */
  async look(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const view = await readHosts(this.#with.db);
    if (look < this.#seen) return;
    this.#seen = look;
    this.#view = view;
    this.#answeredAtMs = this.#with.clock.monotonicMs();
  }

  async #round(): Promise<void> {
    const { clock, everyMs, onFailed } = this.#with;
    const startedAtMs = clock.monotonicMs();
    let untilNextMs = everyMs;
    try {
      await within(clock, this.#waitMs, this.look());
      untilNextMs = this.#untilNextMs();
    } catch (error) {
      onFailed(error);
    }
    // Where all looks take too long, what we know is from those that were waited for in vain.
    if (this.#seen > this.#reported) await within(clock, this.#waitMs, this.#report()).catch(onFailed);
    if (this.#isStopped) return;
    const pauseMs = untilNextMs - (clock.monotonicMs() - startedAtMs);
    this.#cancel = clock.after(Math.max(MIN_PAUSE_MS, pauseMs), () => void this.#round());
  }

  async #report(): Promise<void> {
    const { hostId, onLooked } = this.#with;
    this.#reported = this.#seen;
    await onLooked(this.#view.deadHostIds.filter((id) => id !== hostId));
  }

  #untilNextMs(): number {
    const { hostId, everyMs } = this.#with;
    const others = this.#view.alive.filter((host) => host.hostId !== hostId);
    return Math.min(everyMs, ...others.map(({ leaseLeftMs }) => leaseLeftMs));
  }
}
