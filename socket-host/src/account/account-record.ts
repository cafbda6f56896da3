/** Writes down how an account stands: each write is repeated until it is stored, or the account is no longer ours. */
import { statusReasonOf } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { completeRequest, openIncident, updateAccountStatus } from '../store/accounts.ts';
import type { Database } from '../store/firestore.ts';
import type { Logger } from '../telemetry/logger.ts';
import { statusChanged, statusRefused, storeFailed } from './log-events.ts';
import type { Effect } from './steps.ts';

export interface RecordDependencies {
  readonly db: Database;
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isStopped: () => boolean;
}

export class AccountRecord {
  readonly #with: RecordDependencies;

  constructor(dependencies: RecordDependencies) {
    this.#with = dependencies;
  }

  async writeStatus(effect: Extract<Effect, { type: 'status' }>): Promise<void> {
    const { db, accountId, epoch, logger } = this.#with;
    const { status, reason, attempts, identity, drop } = effect;
    await this.stored(async () => {
      const result = await updateAccountStatus(db, accountId, epoch, {
        status,
        statusReason: reason && statusReasonOf(reason),
        fields: { reconnectAttempts: attempts, ...identity, ...(drop && { lastDisconnect: drop }) },
        moment: identity ? 'lastConnectedAt' : drop ? 'lastDisconnectedAt' : null,
      });
      if (result === 'written') statusChanged(logger, status, reason);
      else if (result !== 'unchanged') statusRefused(logger, status, result);
    });
  }

  completeRequest(requestId: string): Promise<void> {
    return this.stored(() => completeRequest(this.#with.db, this.#with.accountId, requestId));
  }

  openIncident(type: string, details: Record<string, string | number>): Promise<void> {
    const { db, accountId } = this.#with;
    const severity = type === 'connection_lost' ? 'medium' : 'high';
    return this.stored(() => openIncident(db, { accountId, type, severity, details }));
  }

  async stored(task: () => Promise<void>): Promise<void> {
    const { clock, logger, isStopped } = this.#with;
    await untilStored(clock, isStopped, task, (attempt, error) => {
      storeFailed(logger, attempt, error);
    });
  }
}
