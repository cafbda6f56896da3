/** Writes down how an account stands: each write is repeated until it is stored, or the account is no longer ours. */
import { statusReasonOf } from '@switchboard/contract/account';
import type { ErrorInfo } from '@switchboard/contract/failure';
import type { IncidentType } from '@switchboard/contract/incident';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import {
  completeRequest,
  noteLife,
  rejectRequest,
  updateAccountStatus,
  type KnownAccount,
  type StatusChange,
} from '../store/accounts.ts';
import type { Database } from '../store/firestore.ts';
import { openIncident, resolveIncidents } from '../store/incidents.ts';
import type { KnownVersion } from '../store/undisturbed.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { LifeNote } from './life-notes.ts';
import { incidentOpened, incidentsResolved, statusChanged, statusRefused, storeFailed } from './log-events.ts';
import { OVER_AT_REST, RUNNING } from './machine.ts';
import type { Effect } from './steps.ts';

export interface RecordDependencies {
  readonly db: Database;
  readonly accountId: string;
  readonly epoch: number;
  /** As it was taken; `null` when it has to be read first. */
  readonly asTaken: KnownAccount | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The account is not ours to write any more, or may not be. */
  readonly isStopped: () => boolean;
}

export class AccountRecord {
  readonly #with: RecordDependencies;
  /** Until something else is written of it: then it is not what it was. */
  #asTaken: KnownAccount | null;
  /** The version our last note of life made. */
  #asNoted: KnownVersion | null = null;

  constructor(dependencies: RecordDependencies) {
    this.#with = dependencies;
    this.#asTaken = dependencies.asTaken;
  }

  /** @param over the incidents that end when it is at rest by this. */
  async writeStatus(effect: Extract<Effect, { type: 'status' }>, over = OVER_AT_REST): Promise<void> {
    const { db, accountId, epoch, logger } = this.#with;
    const { status, reason, attempts, identity, drop } = effect;
    await this.stored(async () => {
      const change: StatusChange = {
        status,
        statusReason: reason && statusReasonOf(reason),
        fields: { reconnectAttempts: attempts, ...identity, ...(drop && { lastDisconnect: drop }) },
        moment: identity ? 'lastConnectedAt' : drop ? 'lastDisconnectedAt' : null,
      };
      const result = await updateAccountStatus(db, accountId, epoch, change, this.#asTaken);
      if (result !== 'unchanged') this.#asTaken = null;
      if (result === 'written') statusChanged(logger, status, reason);
      else if (result !== 'unchanged') statusRefused(logger, status, result);
    });
    // What ended it is told by itself.
    if (!RUNNING.has(status)) await this.resolveIncidents(over);
  }

  completeRequest(requestId: string): Promise<void> {
    return this.stored(async () => {
      await completeRequest(this.#with.db, this.#with, requestId);
    });
  }

  rejectRequest(requestId: string, error: ErrorInfo): Promise<void> {
    return this.stored(async () => {
      await rejectRequest(this.#with.db, this.#with, requestId, error);
    });
  }

  openIncident(type: IncidentType, details: Record<string, string | number>): Promise<void> {
    const { db, logger } = this.#with;
    return this.stored(async () => {
      if (await openIncident(db, this.#with, { type, details })) incidentOpened(logger, type);
    });
  }

  resolveIncidents(types: readonly IncidentType[]): Promise<void> {
    const { db, logger } = this.#with;
    return this.stored(async () => {
      const count = await resolveIncidents(db, this.#with, types);
      if (count > 0) incidentsResolved(logger, count);
    });
  }

  /** Not worth repeating: the next sign of life says the same. */
  noteLife(note: LifeNote): void {
    const { db, logger, isStopped } = this.#with;
    if (isStopped()) return;
    noteLife(db, this.#with, note, this.#asNoted).then(
      (version) => {
        this.#asNoted = version;
      },
      (error: unknown) => {
        storeFailed(logger, 1, error);
      },
    );
  }

  async stored(task: () => Promise<void>): Promise<void> {
    const { clock, logger, isStopped } = this.#with;
    await untilStored(clock, isStopped, task, (attempt, error) => {
      storeFailed(logger, attempt, error);
    });
  }
}
