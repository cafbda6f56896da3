/**
 * Which accounts this host owns: takes free ones and those of dead hosts, follows their documents, gives them back.
 * One account is taken, run and dropped by one task at a time. What running an account means is `owned-account.ts`; what the other
 * hosts are up to, `fleet.ts`; when an account moves to another host, `rebalancing.ts`.
 */
import { accountSchema, type Account } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { MalformedAccountError, type HeldLease } from '../store/leases.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  accountLost,
  accountMalformed,
  accountReleased,
  accountTaken,
  releaseFailed,
  sweepFailed,
  takeFailed,
} from './log-events.ts';
import { KeyedTasks } from './keyed-tasks.ts';
import { OwnLeases } from './own-leases.ts';
import { decideTakeDelays, type HostLoad } from './placement.ts';
import type { RunningAccount, Taken } from './running-account.ts';
import { Slots } from './slots.ts';

export interface OwnershipDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly capacity: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether our heartbeat still holds our leases. */
  readonly isHeld: () => boolean;
  /** The hosts that take accounts, as last seen. */
  readonly candidates: () => readonly HostLoad[];
  readonly run: (taken: Taken) => Promise<RunningAccount>;
  /** An account we wanted is another's, or nobody's for now. */
  readonly onOthers: (accountId: string) => void;
}

export interface Owned {
  readonly lease: HeldLease;
  readonly running: RunningAccount;
  account: Account;
}

const RETRY_TAKE_MS = 3_000;
/** How many accounts are taken at once: a dead host may leave hundreds. */
const TAKEN_AT_ONCE = 16;
/** A take that hangs holds up no other for longer than this, ms. */
const TAKE_HOLD_MS = 5_000;

export class Ownership {
  readonly #with: OwnershipDependencies;
  readonly #owned = new Map<string, Owned>();
  /** Accounts being taken or dropped right now. */
  readonly #busy = new KeyedTasks();
  readonly #scheduled = new Map<string, () => void>();
  /**
   * What is ours by its lease and not run: our leases lapsed, or running it failed. Nobody else may take it while our heartbeat is
   * young, so we do, even beyond our capacity.
   */
  readonly #lapsed = new Set<string>();
  /** What may be ours by its lease and is not run: taking it or giving it back failed, and nobody knows how far that came. */
  readonly #doubtful = new Set<string>();
  /** Accounts that are taken and begin to run. */
  readonly #starting = new Map<string, AbortController>();
  /** Documents that changed while their account was being taken. */
  readonly #changed = new Map<string, unknown>();
  readonly #taking: Slots;
  readonly #leases: OwnLeases;
  /** Counts lapses, so that an account taken before one is not run after it. */
  #generation = 0;
  #isStopping = false;

  constructor(dependencies: OwnershipDependencies) {
    this.#with = dependencies;
    this.#leases = new OwnLeases(dependencies);
    const { clock } = dependencies;
    this.#taking = new Slots({ size: TAKEN_AT_ONCE, jitterMs: 0, holdMs: TAKE_HOLD_MS, clock, random: () => 0 });
  }

  /** What is owned, by account. */
  owned(): ReadonlyMap<string, Owned> {
    return this.#owned;
  }

  /** Whether accounts are coming or going. */
  isMoving(): boolean {
    return this.#busy.size + this.#scheduled.size + this.#lapsed.size + this.#doubtful.size > 0;
  }

  /** Stops taking and gives every account back, all at once. */
  async drain(): Promise<void> {
    this.#isStopping = true;
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
    const releaseAll = () => Promise.all([...this.#owned.keys()].map((accountId) => this.release(accountId)));
    const busy = this.#busy.settled();
    // What is still being taken holds nothing up, and is given back once it is ours.
    await Promise.all([releaseAll(), busy.then(releaseAll)]);
  }

  /** Our leases have lapsed: from this call on nothing is sent or written for any account. */
  fenceAll(): void {
    this.#generation += 1;
    for (const starting of this.#starting.values()) starting.abort();
    for (const accountId of [...this.#owned.keys()]) {
      this.#lapsed.add(accountId);
      this.#drop(accountId);
    }
  }

  /** Takes those of these accounts that are free or whose owner is dead, sooner or later by how loaded we are. */
  consider(accountIds: Iterable<string>): void {
    const { hostId, capacity, clock, isHeld, candidates } = this.#with;
    if (this.#isStopping || !isHeld()) return;
    for (const accountId of this.#doubtful) void this.#clarify(accountId);
    const wanted = [...new Set([...accountIds, ...this.#lapsed])].filter((id) => this.#isUntouched(id));
    if (wanted.length === 0) return;
    const accounts = this.#owned.size + this.#busy.size + this.#scheduled.size;
    for (const [accountId, delayMs] of decideTakeDelays({ hostId, accounts, capacity }, candidates(), wanted)) {
      const isOurs = this.#lapsed.has(accountId);
      if (delayMs === null && !isOurs) continue;
      const cancel = clock.after(isOurs ? 0 : (delayMs ?? 0), () => {
        this.#scheduled.delete(accountId);
        void this.#busy.run(accountId, () => this.#taking.run(() => this.#take(accountId)));
      });
      this.#scheduled.set(accountId, cancel);
    }
  }

  /** Finds out whether an account is ours by its lease; if so, it is run. While nobody can tell, it stays in doubt. */
  async #clarify(accountId: string): Promise<void> {
    const found: { isToRun: boolean } = { isToRun: false };
    await this.#busy.run(accountId, async () => {
      // Before it is read: what makes it doubtful meanwhile may be newer.
      if (!this.#doubtful.delete(accountId)) return;
      try {
        found.isToRun = (await this.#leases.isOurs(accountId)) && !this.#owned.has(accountId);
      } catch (error) {
        this.#doubtful.add(accountId);
        sweepFailed(this.#with.logger, error);
      }
      if (found.isToRun) this.#lapsed.add(accountId);
    });
    if (found.isToRun) this.consider([accountId]);
  }

  #isUntouched(accountId: string): boolean {
    return !this.#owned.has(accountId) && !this.#busy.has(accountId) && !this.#scheduled.has(accountId);
  }

  #mayTake(accountId: string): boolean {
    // What is ours by its lease and does not run yet, or not at the moment, takes room as well.
    const ours = new Set([...this.#owned.keys(), ...this.#lapsed, ...this.#starting.keys()]);
    const hasRoom = this.#lapsed.has(accountId) || ours.size < this.#with.capacity;
    return !this.#isStopping && !this.#owned.has(accountId) && hasRoom && this.#with.isHeld();
  }

  async #take(accountId: string): Promise<void> {
    const { logger, isHeld, run, onOthers } = this.#with;
    if (!this.#mayTake(accountId)) return;
    const generation = this.#generation;
    const isStillHeld = (): boolean => isHeld() && generation === this.#generation;
    const starting = new AbortController();
    this.#starting.set(accountId, starting);
    // What was reported before is in what is read now.
    this.#changed.delete(accountId);
    try {
      const acquired = await this.#leases.acquire(accountId);
      this.#lapsed.delete(accountId);
      this.#doubtful.delete(accountId);
      if (!acquired) {
        onOthers(accountId);
        return;
      }
      this.#lapsed.add(accountId);
      if (!isStillHeld()) return;
      // Nothing that lives as long as the account may hold on to its session as it was taken: that is the size of a document.
      const { lease, account } = acquired;
      accountTaken(logger, accountId, lease.epoch);
      const fate: { isLost: boolean } = { isLost: false };
      const onLost = (): void => {
        fate.isLost = true;
        // By its lease it may be ours still: then nobody else takes it.
        this.#doubtful.add(accountId);
        if (this.#owned.get(accountId)?.lease === lease) this.#drop(accountId);
      };
      const onDoubt = (): void => void this.verify(accountId);
      const running = await run({ accountId, ...acquired, onLost, onDoubt, signal: starting.signal });
      this.#owned.set(accountId, { lease, account, running });
      if (isStillHeld()) this.#lapsed.delete(accountId);
      if (!isStillHeld() || fate.isLost) this.#drop(accountId);
      else if (this.#changed.has(accountId)) this.follow(accountId, this.#changed.get(accountId));
    } catch (error) {
      if (error instanceof MalformedAccountError) this.#leaveAlone(accountId, error);
      else this.#takeAgain(accountId, error);
    } finally {
      this.#starting.delete(accountId);
      this.#changed.delete(accountId);
    }
  }

  #takeAgain(accountId: string, error: unknown): void {
    takeFailed(this.#with.logger, accountId, error);
    this.#doubtful.add(accountId);
    this.#with.clock.after(RETRY_TAKE_MS, () => {
      this.consider([accountId]);
    });
  }

  /** Trying again would not help: until its document changes, and that is reported, nobody can run it. */
  #leaveAlone(accountId: string, error: MalformedAccountError): void {
    const { logger, onOthers } = this.#with;
    accountMalformed(logger, accountId, error.message);
    this.#lapsed.delete(accountId);
    this.#doubtful.delete(accountId);
    onOthers(accountId);
  }

  /** The document of an account that names us as its owner changed. */
  follow(accountId: string, data: unknown): void {
    const owned = this.#owned.get(accountId);
    if (!owned) {
      // Ours by its document but not run: it still has to start, or what came of taking it was never learned.
      if (this.#starting.has(accountId)) this.#changed.set(accountId, data);
      else this.#doubtful.add(accountId);
      this.consider([accountId]);
      return;
    }
    const parsed = accountSchema.safeParse(data);
    if (!parsed.success) {
      accountMalformed(this.#with.logger, accountId, parsed.error.message);
      return;
    }
    owned.account = parsed.data;
    owned.running.accountChanged(parsed.data);
    if (parsed.data.status === 'deleted' && parsed.data.pendingRequest === null) void this.release(accountId);
  }

  /** The account may not be ours any more: if the lease is gone, somebody took it, or we did once more by a call that was given up on. */
  async verify(accountId: string): Promise<void> {
    const { logger, clock } = this.#with;
    const owned = this.#owned.get(accountId);
    if (!owned || this.#busy.has(accountId)) return;
    try {
      if (await this.#leases.holds(owned.lease)) return;
    } catch (error) {
      sweepFailed(logger, error);
      clock.after(RETRY_TAKE_MS, () => void this.verify(accountId));
      return;
    }
    if (this.#owned.get(accountId) !== owned) return;
    this.#doubtful.add(accountId);
    this.#drop(accountId);
  }

  /** Fences an account at once; taking it again waits until its socket is closed. */
  #drop(accountId: string): void {
    const owned = this.#owned.get(accountId);
    if (!owned) return;
    this.#owned.delete(accountId);
    accountLost(this.#with.logger, accountId);
    const closed = this.#fence(accountId, owned.running);
    void this.#busy.run(accountId, () => closed);
  }

  #fence(accountId: string, running: RunningAccount): Promise<void> {
    return running.fence().catch((error: unknown) => {
      releaseFailed(this.#with.logger, accountId, error);
    });
  }

  /** Finishes what is under way for an account and gives it back. */
  async release(accountId: string): Promise<void> {
    const { logger } = this.#with;
    await this.#busy.run(accountId, async () => {
      const owned = this.#owned.get(accountId);
      if (!owned) return;
      try {
        await owned.running.stop();
        if (await this.#leases.release(owned.lease)) {
          accountReleased(logger, accountId);
          return;
        }
        // Another host took it, or we did once more by a call that was given up on.
        accountLost(logger, accountId);
        this.#doubtful.add(accountId);
      } catch (error) {
        releaseFailed(logger, accountId, error);
        this.#doubtful.add(accountId);
        // It may have failed before its socket was closed.
        await this.#fence(accountId, owned.running);
      } finally {
        if (this.#owned.get(accountId) === owned) this.#owned.delete(accountId);
      }
    });
  }
}
