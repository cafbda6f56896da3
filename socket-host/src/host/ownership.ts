/**
 * Which accounts this host owns: takes free ones and those of dead hosts, follows their documents, gives them back.
 * One account is taken, run and dropped by one task at a time. What running an account means is `owned-account.ts`.
 */
import { accountSchema, type Account } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import {
  acquireLease,
  forgetHost,
  holdsLease,
  readHosts,
  releaseLease,
  watchFreeAccounts,
  watchOwnedAccounts,
  readOwnedAccountIds,
  type HostsView,
} from '../store/leases.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  accountLost,
  accountMalformed,
  accountReleased,
  accountTaken,
  releaseFailed,
  sweepFailed,
  takeFailed,
  watchBroke,
} from './log-events.ts';
import { decideTakeDelay } from './placement.ts';

/** An account as its owner runs it. */
export interface RunningAccount {
  accountChanged(account: Account): void;
  isConnected(): boolean;
  /** Finishes what is under way, makes everything durable and closes the socket; the link stays. */
  stop(): Promise<void>;
  /** Another host owns the account: closes the socket and writes nothing any more. */
  fence(): Promise<void>;
}

/** An account that was just taken. */
export interface Taken {
  readonly accountId: string;
  readonly account: Account;
  readonly epoch: number;
  /** To be called when a write finds that another host owns the account. */
  readonly onLost: () => void;
}

export interface OwnershipDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly capacity: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether our heartbeat still holds our leases. */
  readonly isHeld: () => boolean;
  readonly run: (taken: Taken) => Promise<RunningAccount>;
}

interface Owned {
  readonly epoch: number;
  readonly running: RunningAccount;
  account: Account;
}

const SWEEP_MS = 5_000;
const RETRY_TAKE_MS = 3_000;

export class Ownership {
  readonly #with: OwnershipDependencies;
  readonly #owned = new Map<string, Owned>();
  /** Accounts nobody runs, as far as we have seen. */
  readonly #free = new Set<string>();
  /** Accounts being taken or dropped right now. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #scheduled = new Map<string, () => void>();
  #hosts: HostsView = { alive: [], deadHostIds: [] };
  #stops: (() => void)[] = [];
  #isStopping = false;

  constructor(dependencies: OwnershipDependencies) {
    this.#with = dependencies;
  }

  /** Starts taking accounts. */
  async start(): Promise<void> {
    const { db, hostId, clock } = this.#with;
    this.#hosts = await readHosts(db);
    this.#stops = [
      watchFreeAccounts(
        db,
        {
          onAccount: (accountId) => {
            this.#free.add(accountId);
            this.#consider(accountId);
          },
          onRemoved: (accountId) => this.#free.delete(accountId),
          onBroken: this.#onBroken('free accounts'),
        },
        clock,
      ),
      watchOwnedAccounts(
        db,
        hostId,
        {
          onAccount: (accountId, data) => {
            this.#follow(accountId, data);
          },
          onRemoved: (accountId) => void this.#verify(accountId),
          onBroken: this.#onBroken('owned accounts'),
        },
        clock,
      ),
    ];
    this.#scheduleSweep();
  }

  /** How many accounts are owned, and their documents as last seen. */
  accounts(): readonly { readonly account: Account; readonly isConnected: boolean }[] {
    return [...this.#owned.values()].map(({ account, running }) => ({ account, isConnected: running.isConnected() }));
  }

  /** Stops taking and gives every account back, all at once. */
  async drain(): Promise<void> {
    this.#isStopping = true;
    for (const stop of this.#stops) stop();
    for (const cancel of this.#scheduled.values()) cancel();
    await Promise.all(this.#busy.values());
    await Promise.all([...this.#owned.keys()].map((accountId) => this.#release(accountId)));
  }

  /** Our leases no longer hold: stops every socket without writing anything. */
  fenceAll(): void {
    for (const accountId of [...this.#owned.keys()]) void this.#lose(accountId);
  }

  #onBroken(what: string): (error: Error, retryInMs: number) => void {
    return (error, retryInMs) => {
      watchBroke(this.#with.logger, what, retryInMs, error);
    };
  }

  #scheduleSweep(): void {
    const cancel = this.#with.clock.after(SWEEP_MS, () => {
      void this.#sweep()
        .catch((error: unknown) => {
          sweepFailed(this.#with.logger, error);
        })
        .finally(() => {
          if (!this.#isStopping) this.#scheduleSweep();
        });
    });
    this.#stops.push(cancel);
  }

  /** Tries again for what was left free, and finds the accounts of hosts that died without giving them back. */
  async #sweep(): Promise<void> {
    const { db, hostId } = this.#with;
    this.#hosts = await readHosts(db);
    for (const accountId of this.#free) this.#consider(accountId);
    for (const deadHostId of this.#hosts.deadHostIds.filter((id) => id !== hostId)) {
      const accountIds = await readOwnedAccountIds(db, deadHostId);
      for (const accountId of accountIds) this.#consider(accountId);
      if (accountIds.length === 0) await forgetHost(db, deadHostId);
    }
  }

  #consider(accountId: string): void {
    if (this.#isStopping || this.#owned.has(accountId) || this.#busy.has(accountId) || this.#scheduled.has(accountId))
      return;
    const { hostId, capacity, clock, isHeld } = this.#with;
    if (!isHeld()) return;
    const accounts = this.#owned.size + this.#busy.size;
    const delayMs = decideTakeDelay({ hostId, accounts, capacity }, this.#hosts.alive);
    if (delayMs === null) return;
    const cancel = clock.after(delayMs, () => {
      this.#scheduled.delete(accountId);
      void this.#exclusively(accountId, () => this.#take(accountId));
    });
    this.#scheduled.set(accountId, cancel);
  }

  async #take(accountId: string): Promise<void> {
    const { db, hostId, capacity, logger, isHeld, run, clock } = this.#with;
    if (this.#isStopping || this.#owned.has(accountId) || this.#owned.size >= capacity || !isHeld()) return;
    try {
      const acquired = await acquireLease(db, accountId, hostId);
      if (!acquired) return;
      accountTaken(logger, accountId, acquired.epoch);
      const running = await run({ accountId, ...acquired, onLost: () => void this.#lose(accountId) });
      this.#owned.set(accountId, { epoch: acquired.epoch, running, account: acquired.account });
    } catch (error) {
      takeFailed(logger, accountId, error);
      clock.after(RETRY_TAKE_MS, () => {
        this.#consider(accountId);
      });
    }
  }

  #follow(accountId: string, data: unknown): void {
    const owned = this.#owned.get(accountId);
    if (!owned) {
      // Ours by the document but not run: taking it failed half-way, or it still has to start.
      this.#consider(accountId);
      return;
    }
    const parsed = accountSchema.safeParse(data);
    if (!parsed.success) {
      accountMalformed(this.#with.logger, accountId, parsed.error.message);
      return;
    }
    owned.account = parsed.data;
    owned.running.accountChanged(parsed.data);
    if (parsed.data.status === 'deleted' && parsed.data.pendingRequest === null) void this.#release(accountId);
  }

  /** The account no longer names us: if the lease is gone as well, somebody took it. */
  async #verify(accountId: string): Promise<void> {
    const { db, hostId, logger } = this.#with;
    const owned = this.#owned.get(accountId);
    if (!owned || this.#busy.has(accountId)) return;
    try {
      if (await holdsLease(db, accountId, hostId, owned.epoch)) return;
    } catch (error) {
      sweepFailed(logger, error);
      return;
    }
    await this.#lose(accountId);
  }

  async #lose(accountId: string): Promise<void> {
    await this.#exclusively(accountId, async () => {
      const owned = this.#owned.get(accountId);
      if (!owned) return;
      this.#owned.delete(accountId);
      accountLost(this.#with.logger, accountId);
      await owned.running.fence();
    });
  }

  async #release(accountId: string): Promise<void> {
    const { db, hostId, logger } = this.#with;
    await this.#exclusively(accountId, async () => {
      const owned = this.#owned.get(accountId);
      if (!owned) return;
      try {
        await owned.running.stop();
        await releaseLease(db, accountId, hostId, owned.epoch);
        accountReleased(logger, accountId);
      } catch (error) {
        releaseFailed(logger, accountId, error);
      } finally {
        this.#owned.delete(accountId);
      }
    });
  }

  async #exclusively(accountId: string, task: () => Promise<void>): Promise<void> {
    const before = this.#busy.get(accountId) ?? Promise.resolve();
    const run = before.then(task);
    this.#busy.set(accountId, run);
    try {
      await run;
    } finally {
      if (this.#busy.get(accountId) === run) this.#busy.delete(accountId);
    }
  }
}
