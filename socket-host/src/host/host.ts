/**
 * The life of one host process: heartbeat first, then ownership; at the end everything is given back in the other order.
 * A process that cannot reach Firestore at start does not start: it could own nothing.
 */
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { healthReport, type HealthReport } from '../http/health.ts';
import type { Database } from '../store/firestore.ts';
import { writeHeartbeat } from '../store/leases.ts';
import type { Logger } from '../telemetry/logger.ts';
import { Heartbeat } from './heartbeat.ts';
import { heartbeatFailed, hostDraining, hostFenced, hostStarted, hostStopped } from './log-events.ts';
import { Ownership, type OwnershipDependencies } from './ownership.ts';

export interface HostDependencies {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly run: OwnershipDependencies['run'];
  /** Called when every account is given back, before the host says goodbye. */
  readonly onDrained: () => void;
}

/** starting → running → draining → gone; nothing leads back. */
type HostState = 'starting' | 'running' | 'draining' | 'gone';

export class Host {
  readonly #with: HostDependencies;
  readonly #heartbeat: Heartbeat;
  readonly #ownership: Ownership;
  readonly #startedAtMs: number;
  #state: HostState = 'starting';

  constructor(dependencies: HostDependencies) {
    const { config, db, clock, logger, run } = dependencies;
    this.#with = dependencies;
    this.#startedAtMs = clock.nowMs();
    this.#ownership = new Ownership({
      db,
      hostId: config.hostId,
      capacity: config.capacity,
      clock,
      logger,
      isHeld: () => this.isHeld(),
      run,
    });
    this.#heartbeat = new Heartbeat({
      clock,
      write: () => this.#writeHeartbeat(this.#state === 'draining' ? 'draining' : 'running'),
      onFailed: (error) => {
        heartbeatFailed(logger, error);
      },
      onFenced: (silentMs) => {
        hostFenced(logger, this.#ownership.accounts().length, silentMs);
        this.#ownership.fenceAll();
      },
    });
  }

  /** @throws when Firestore cannot be reached. */
  async start(): Promise<void> {
    await this.#heartbeat.start();
    await this.#ownership.start();
    this.#state = 'running';
    hostStarted(this.#with.logger, this.#with.config.capacity);
  }

  /** Gives every account back and says goodbye. Calling it again changes nothing. */
  async stop(): Promise<void> {
    if (this.#state === 'draining' || this.#state === 'gone') return;
    const { clock, logger } = this.#with;
    const startedAtMs = clock.monotonicMs();
    this.#state = 'draining';
    hostDraining(logger, this.#ownership.accounts().length);
    await this.#ownership.drain();
    this.#with.onDrained();
    this.#heartbeat.stop();
    this.#state = 'gone';
    await this.#writeHeartbeat('gone');
    hostStopped(logger, clock.monotonicMs() - startedAtMs);
  }

  /** Whether our leases hold at this moment. */
  isHeld(): boolean {
    return this.#heartbeat.isHeld();
  }

  /** Whether the process does its rounds. Being cut off from Firestore or WhatsApp is no reason to be restarted. */
  isLive(): boolean {
    return this.#heartbeat.isTurning();
  }

  isReady(): boolean {
    return this.#state === 'running' && this.isHeld();
  }

  health(): HealthReport {
    const { config } = this.#with;
    return healthReport({
      isDraining: this.#state === 'draining' || this.#state === 'gone',
      isHeld: this.isHeld(),
      isSimulated: config.whatsapp.isSimulated,
      commit: config.commit,
      hostId: config.hostId,
      capacity: config.capacity,
      accounts: this.#ownership.accounts(),
    });
  }

  #writeHeartbeat(state: 'running' | 'draining' | 'gone'): Promise<void> {
    const { db, config } = this.#with;
    return writeHeartbeat(db, config.hostId, this.#startedAtMs, {
      state,
      accounts: this.#ownership.accounts().length,
      capacity: config.capacity,
      version: config.commit,
    });
  }
}
