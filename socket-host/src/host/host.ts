/**
 * The life of one host process: heartbeat first, then ownership; at the end everything is given back in the other order.
 *
 *   waiting ──first renewal──▶ running ──SIGTERM──▶ draining ──▶ gone
 *
 * A host that is started while Firestore is away waits for it. One that is cut off later gives up its accounts, keeps running, and
 * takes part again when its heartbeat is answered in time.
 */
import { heartbeatIntervalOf, type HostState } from '@switchboard/contract/lease';
import { within } from '../account/within.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { healthReport, type HealthReport } from '../http/health.ts';
import type { Database } from '../store/firestore.ts';
import { forgetHost, readOwnedAccountIds, writeHeartbeat } from '../store/leases.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MinuteRates } from '../telemetry/minute-rates.ts';
import { AccountWatch } from './account-watch.ts';
import { Fleet } from './fleet.ts';
import { Heartbeat } from './heartbeat.ts';
import {
  farewellFailed,
  heartbeatFailed,
  hostDraining,
  hostFenced,
  hostResumed,
  hostSilent,
  hostStarted,
  hostStopped,
  sweepFailed,
} from './log-events.ts';
import { Ownership, type OwnershipDependencies } from './ownership.ts';
import { hasRoom } from './placement.ts';
import { Rebalancing } from './rebalancing.ts';

export interface HostDependencies {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly run: OwnershipDependencies['run'];
  /** Called when every account is given back, before the host says goodbye. */
  readonly onDrained: () => void;
  /** What the host did lately, for its heartbeat. */
  readonly rates: MinuteRates;
}

/** How long the others get to hear that we take no more accounts before we give ours back, ms. */
const ANNOUNCE_MS = 400;
/**
 * How long giving the accounts back may take, ms. Whatever is not given back by then expires by itself. With the two beside it this stays a
 * second below what the process has (`main.ts`): on a processor that is busy with a hundred accounts, timers are late.
 */
const DRAIN_MS = 5_900;
const FAREWELL_MS = 700;
/** In every so many rounds, what is heard of free accounts is compared with what is stored: each minute, as a rule. */
const COMPARE_EVERY = 12;

export class Host {
  readonly #with: HostDependencies;
  readonly #heartbeat: Heartbeat;
  readonly #fleet: Fleet;
  readonly #watch: AccountWatch;
  readonly #ownership: Ownership;
  readonly #rebalancing: Rebalancing;
  readonly #startedAtMs: number;
  #state: 'waiting' | HostState = 'waiting';
  #stopped: Promise<void> | null = null;
  #isWatching = false;
  #rounds = 0;

  constructor(dependencies: HostDependencies) {
    const { config, db, clock, logger, run } = dependencies;
    const { hostId, capacity, leaseTtlMs } = config;
    const rhythmMs = heartbeatIntervalOf(leaseTtlMs);
    const onFailed = (error: unknown): void => {
      sweepFailed(logger, error);
    };
    const base = { db, hostId, clock, logger, onFailed };
    this.#with = dependencies;
    this.#startedAtMs = clock.nowMs();
    this.#fleet = new Fleet({ ...base, everyMs: rhythmMs, onLooked: (deadHostIds) => this.#sweep(deadHostIds) });
    const candidates = () => this.#fleet.candidates();
    this.#ownership = new Ownership({
      ...base,
      capacity,
      run,
      candidates,
      isHeld: () => this.isHeld(),
      onOthers: (accountId) => {
        this.#watch.forget(accountId);
      },
    });
    this.#watch = new AccountWatch({
      ...base,
      onFree: () => void this.#takeFree().catch(onFailed),
      onOwned: (accountId, data) => {
        this.#ownership.follow(accountId, data);
      },
      onDisowned: (accountId) => void this.#ownership.verify(accountId),
      onOwnedAgain: () => {
        for (const accountId of this.#ownership.owned().keys()) void this.#ownership.verify(accountId);
      },
    });
    this.#rebalancing = new Rebalancing({
      ...base,
      fleet: this.#fleet,
      // Others publish what they took with their next heartbeat.
      everyMs: Math.max(config.rebalanceIntervalMs, 2 * rhythmMs + 1_000),
      load: () => (this.#isCalm() ? { hostId, capacity, accounts: this.#ownership.owned().size } : null),
      choose: () => this.#movableAccount(),
      release: (accountId) => this.#ownership.release(accountId),
    });
    this.#heartbeat = this.#ownHeartbeat();
  }

  /** Begins; the host is ready once Firestore has answered its heartbeat and its listeners. */
  start(): void {
    this.#heartbeat.start();
  }

  /** Gives every account back and says goodbye, in a bounded time. Calling it again changes nothing. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Whether our leases hold at this moment. */
  isHeld(): boolean {
    return this.#heartbeat.isHeld();
  }

  /** Whether the process does its rounds. Being cut off from Firestore or WhatsApp is no reason to be restarted. */
  isLive(): boolean {
    return this.#heartbeat.isTurning();
  }

  /** Whether another host may go: what it gives back is heard of here, and taken at once. */
  isReady(): boolean {
    return this.#state === 'running' && this.isHeld() && this.#watch.hasHeard();
  }

  health(): HealthReport {
    const { config } = this.#with;
    const owned = [...this.#ownership.owned().values()];
    return healthReport({
      isDraining: this.#state === 'draining' || this.#state === 'gone',
      isHeld: this.isHeld(),
      isSimulated: config.whatsapp.isSimulated,
      commit: config.commit,
      hostId: config.hostId,
      capacity: config.capacity,
      accounts: owned.map(({ account, running }) => ({ account, isConnected: running.isConnected() })),
    });
  }

  #ownHeartbeat(): Heartbeat {
    const { clock, logger, config } = this.#with;
    return new Heartbeat({
      clock,
      leaseTtlMs: config.leaseTtlMs,
      write: (fencedForMs) => this.#writeHeartbeat(this.#state === 'draining' ? 'draining' : 'running', fencedForMs),
      onFailed: (error) => {
        heartbeatFailed(logger, error);
      },
      onHeld: () => {
        this.#takePart();
      },
      onLapsed: (silentMs) => {
        hostFenced(logger, this.#ownership.owned().size, silentMs);
        this.#ownership.fenceAll();
      },
      hasHeir: () => this.#fleet.others().some(hasRoom),
      onSilent: (silentForMs) => {
        hostSilent(logger, silentForMs);
      },
    });
  }

  /** Our leases hold, for the first time or again. */
  #takePart(): void {
    const { logger, config } = this.#with;
    if (this.#state === 'running') {
      hostResumed(logger);
      this.#ownership.consider([]);
      return;
    }
    if (this.#state !== 'waiting') return;
    this.#state = 'running';
    hostStarted(logger, config.capacity);
    this.#fleet.start();
    this.#rebalancing.start();
  }

  /**
   * Tries again for what was left free, and finds the accounts of hosts that died without giving them back. Two of these may be under way
   * at once, one of them long ago begun: whatever it reads is looked at anew before anything is taken or forgotten.
   */
  async #sweep(deadHostIds: readonly string[]): Promise<void> {
    const { db } = this.#with;
    if (!this.#isWatching && this.#state === 'running') {
      // Not before we know the other hosts: a newcomer must not grab what is theirs to take.
      this.#isWatching = true;
      this.#watch.start();
    }
    // We could take nothing; and where answers are late, the next look must not wait for more of them.
    if (!this.isHeld()) return;
    this.#rounds += 1;
    if (this.#rounds % COMPARE_EVERY === 0) await this.#watch.compare();
    const left = await Promise.all(deadHostIds.map((hostId) => readOwnedAccountIds(db, hostId)));
    this.#ownership.consider([...this.#watch.free(), ...left.flat()]);
    const empty = deadHostIds.filter((_, index) => left[index]?.length === 0);
    await Promise.all(empty.map((hostId) => forgetHost(db, hostId)));
  }

  async #takeFree(): Promise<void> {
    await this.#fleet.look();
    this.#ownership.consider(this.#watch.free());
  }

  /** Whether all accounts there are have their owner: only then is it known what would be fair. */
  #isCalm(): boolean {
    return this.isReady() && !this.#ownership.isMoving() && this.#watch.free().size === 0;
  }

  /** An account nobody would miss for a moment: it is idle, and shows no code that a person may be scanning. */
  #movableAccount(): string | null {
    const movable = [...this.#ownership.owned()].filter(
      ([, { account, running }]) =>
        running.isIdle() && account.pendingRequest === null && !isLinking(account.status, running.isConnected()),
    );
    return movable[0]?.[0] ?? null;
  }

  async #stop(): Promise<void> {
    const { clock, logger } = this.#with;
    const startedAtMs = clock.monotonicMs();
    this.#state = 'draining';
    this.#fleet.stop();
    this.#rebalancing.stop();
    this.#watch.stop();
    hostDraining(logger, this.#ownership.owned().size);
    await within(clock, ANNOUNCE_MS, this.#writeHeartbeat('draining', this.#heartbeat.fencedForMs())).catch(
      () => undefined,
    );
    try {
      await within(clock, DRAIN_MS, this.#ownership.drain());
      this.#with.onDrained();
      this.#heartbeat.stop();
      this.#state = 'gone';
      await within(clock, FAREWELL_MS, this.#writeHeartbeat('gone', 0));
    } catch (error) {
      // Nothing is lost: what still names us is taken by others when our heartbeat runs out.
      farewellFailed(logger, error);
      this.#ownership.fenceAll();
    }
    hostStopped(logger, clock.monotonicMs() - startedAtMs);
  }

  #writeHeartbeat(state: HostState, fencedForMs: number): Promise<void> {
    const { db, config } = this.#with;
    return writeHeartbeat(db, config.hostId, this.#startedAtMs, {
      state,
      accounts: this.#ownership.owned().size,
      capacity: config.capacity,
      version: config.commit,
      fencedForMs,
      leaseTtlMs: config.leaseTtlMs,
      rates: this.#with.rates.list(),
    });
  }
}

function isLinking(status: string, isConnected: boolean): boolean {
  return !isConnected && (status === 'connecting' || status === 'qr_ready');
}
