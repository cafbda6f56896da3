/** Listens to the accounts this host may have to do with: those nobody runs, and its own. */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { readFreeAccountIds, watchFreeAccounts, watchOwnedAccounts } from '../store/leases.ts';
import type { Logger } from '../telemetry/logger.ts';
import { watchBroke } from './log-events.ts';

/** Accounts that become free together (a host that shuts down frees dozens) are looked at together, ms. */
const GATHER_MS = 25;

export interface AccountWatchDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Accounts became free. */
  readonly onFree: () => void;
  /** An account of ours changed; repetition is possible. */
  readonly onOwned: (accountId: string, data: unknown) => void;
  /** An account names us as its owner no more. */
  readonly onDisowned: (accountId: string) => void;
  /** All that name us have been reported once more, after a break: of others we may not have heard that they do not. */
  readonly onOwnedAgain: () => void;
}

export class AccountWatch {
  readonly #with: AccountWatchDependencies;
  readonly #free = new Set<string>();
  /** What has turned out not to be free since the comparison under way began; its answer may be older than that. */
  #goneMeanwhile = new Set<string>();
  #cancelGather: (() => void) | null = null;
  #stops: (() => void)[] = [];
  #hasHeard = false;

  constructor(dependencies: AccountWatchDependencies) {
    this.#with = dependencies;
  }

  /** The accounts nobody runs, as far as we have heard. */
  free(): ReadonlySet<string> {
    return this.#free;
  }

  /** Whether the accounts nobody runs have been reported, once at least: until then none that becomes free would be noticed. */
  hasHeard(): boolean {
    return this.#hasHeard;
  }

  /** An account turned out not to be free. Should it become so, it is reported again. */
  forget(accountId: string): void {
    this.#free.delete(accountId);
    this.#goneMeanwhile.add(accountId);
  }

  /**
   * Looks for free accounts that the listener has not told of: each would wait until its document changes. An answer that comes after
   * the next comparison has begun is dropped: what is not free any more is noted for that one only.
   */
  async compare(): Promise<void> {
    const gone = new Set<string>();
    this.#goneMeanwhile = gone;
    const found = await readFreeAccountIds(this.#with.db);
    if (this.#goneMeanwhile !== gone) return;
    for (const accountId of found) {
      if (!gone.has(accountId)) this.#free.add(accountId);
    }
  }

  start(): void {
    const { db, hostId, clock, logger, onOwned, onDisowned, onOwnedAgain } = this.#with;
    const free = {
      onAccount: (accountId: string) => {
        this.#free.add(accountId);
        this.#gather();
      },
      onRemoved: (accountId: string) => {
        this.forget(accountId);
      },
      onCurrent: () => {
        this.#hasHeard = true;
      },
      onBroken: (error: Error, retryInMs: number) => {
        // What others take until it listens again is reported to nobody; what stays free, once more.
        this.#free.clear();
        watchBroke(logger, 'free accounts', retryInMs, error);
      },
    };
    let isBroken = false;
    const owned = {
      onAccount: onOwned,
      onRemoved: onDisowned,
      onCurrent: () => {
        if (isBroken) onOwnedAgain();
      },
      onBroken: (error: Error, retryInMs: number) => {
        isBroken = true;
        watchBroke(logger, 'owned accounts', retryInMs, error);
      },
    };
    this.#stops = [watchFreeAccounts(db, free, clock), watchOwnedAccounts(db, hostId, owned, clock)];
  }

  stop(): void {
    this.#cancelGather?.();
    for (const stop of this.#stops.splice(0)) stop();
  }

  #gather(): void {
    this.#cancelGather ??= this.#with.clock.after(GATHER_MS, () => {
      this.#cancelGather = null;
      this.#with.onFree();
    });
  }
}
