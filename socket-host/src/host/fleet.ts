/**
 * What this host knows of the others: looks at all heartbeats in a steady rhythm, and besides exactly when one of them runs out, so
 * that a dead host is noticed at the moment its leases end and not a rhythm later.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { readHosts, type HostsView, type LivingHost } from '../store/leases.ts';

/** Looks no sooner again, ms: two clocks that run at different speeds must not make us spin. */
const MIN_PAUSE_MS = 50;

export interface FleetDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly clock: Clock;
  /** The rhythm, ms. */
  readonly everyMs: number;
  /** Looked at all hosts. The next look waits until this is done. */
  readonly onLooked: (deadHostIds: readonly string[]) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
}

export class Fleet {
  readonly #with: FleetDependencies;
  #view: HostsView = { alive: [], deadHostIds: [] };
  #cancel = (): void => undefined;
  #isStopped = false;

  constructor(dependencies: FleetDependencies) {
    this.#with = dependencies;
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

  /** Those of the candidates that we are not. */
  others(): readonly LivingHost[] {
    return this.candidates().filter(({ hostId }) => hostId !== this.#with.hostId);
  }

  async look(): Promise<void> {
    this.#view = await readHosts(this.#with.db);
  }

  async #round(): Promise<void> {
    const { hostId, clock, onLooked, onFailed } = this.#with;
    const startedAtMs = clock.monotonicMs();
    let untilNextMs = this.#with.everyMs;
    try {
      await this.look();
      untilNextMs = this.#untilNextMs();
      await onLooked(this.#view.deadHostIds.filter((id) => id !== hostId));
    } catch (error) {
      onFailed(error);
    }
    if (this.#isStopped) return;
    const pauseMs = untilNextMs - (clock.monotonicMs() - startedAtMs);
    this.#cancel = clock.after(Math.max(MIN_PAUSE_MS, pauseMs), () => void this.#round());
  }

  #untilNextMs(): number {
    const { hostId, everyMs } = this.#with;
    const others = this.#view.alive.filter((host) => host.hostId !== hostId);
    return Math.min(everyMs, ...others.map(({ leaseLeftMs }) => leaseLeftMs));
  }
}
