/**
 * Gives accounts to hosts that joined, one at a time and calmly: each move costs its account a reconnect. Owns the pace and the
 * choice of the account; whether one is to be given at all is decided in `placement.ts`.
 */
import type { Clock } from '../clock.ts';
import type { Fleet } from './fleet.ts';
import { decideHandOver, type HostLoad } from './placement.ts';

export interface RebalancingDependencies {
  readonly clock: Clock;
  /** How long between two moves, ms; longer than others take to publish what the last one changed. */
  readonly everyMs: number;
  readonly fleet: Pick<Fleet, 'look' | 'candidates'>;
  /** How much we have; `null` while accounts are coming or going, because then nobody knows what will be fair. */
  readonly load: () => HostLoad | null;
  /** An account that can go without anybody noticing; `null` when each of them is at something. */
  readonly choose: () => string | null;
  /** Gives the account back, for the least loaded host to take. */
  readonly release: (accountId: string) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
}

export class Rebalancing {
  readonly #with: RebalancingDependencies;
  #isSharing = false;
  /** Whether we had too much at the last look. Once is not enough: what a host has just taken, its heartbeat does not say yet. */
  #wasUneven = false;
  #isStopped = false;
  #cancel = (): void => undefined;

  constructor(dependencies: RebalancingDependencies) {
    this.#with = dependencies;
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(): void {
    const { clock, everyMs, onFailed } = this.#with;
    if (this.#isStopped) return;
    this.#cancel = clock.after(everyMs, () => {
      void this.#move()
        .catch(onFailed)
        .finally(() => {
          this.#schedule();
        });
    });
  }

  async #move(): Promise<void> {
    const { fleet, load, choose, release } = this.#with;
    if (!load()) return;
    await fleet.look();
    const self = load();
    if (!self || this.#isStopped) return;
    const isUneven = decideHandOver(self, fleet.candidates(), this.#isSharing);
    this.#isSharing = isUneven && this.#wasUneven;
    this.#wasUneven = isUneven;
    const accountId = this.#isSharing ? choose() : null;
    if (accountId !== null) await release(accountId);
  }
}
