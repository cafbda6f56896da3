/** One function per log line of this folder. */
import type { Logger } from '../telemetry/logger.ts';

export function hostStarted(logger: Logger, capacity: number): void {
  logger.info({ capacity }, 'host started');
}

export function hostDraining(logger: Logger, accounts: number): void {
  logger.info({ accounts }, 'host is shutting down, giving its accounts back');
}

export function hostStopped(logger: Logger, tookMs: number): void {
  logger.info({ tookMs: Math.round(tookMs) }, 'host stopped');
}

export function accountTaken(logger: Logger, accountId: string, epoch: number): void {
  logger.info({ accountId, epoch }, 'account taken');
}

export function accountReleased(logger: Logger, accountId: string): void {
  logger.info({ accountId }, 'account given back');
}

export function accountLost(logger: Logger, accountId: string): void {
  logger.warn({ accountId }, 'account is ours no longer, or may not be: its socket is stopped');
}

export function accountMalformed(logger: Logger, accountId: string, reason: string): void {
  logger.error({ accountId, reason }, 'account document is malformed');
}

export function takeFailed(logger: Logger, accountId: string, err: unknown): void {
  logger.error({ accountId, err }, 'account could not be taken, trying again');
}

export function releaseFailed(logger: Logger, accountId: string, err: unknown): void {
  logger.error({ accountId, err }, 'lease could not be given back; it expires by itself');
}

export function heartbeatFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'heartbeat could not be written');
}

export function hostFenced(logger: Logger, accounts: number, silentMs: number): void {
  logger.error({ accounts, silentMs: Math.round(silentMs) }, 'leases could not be renewed, stopping every socket');
}

export function hostSilent(logger: Logger, silentForMs: number): void {
  const context = { silentForMs: Math.round(silentForMs) };
  logger.error(context, 'heartbeats are answered too late to hold leases by, falling silent for others to take over');
}

export function hostResumed(logger: Logger): void {
  logger.info('leases are renewed again, taking part again');
}

export function farewellFailed(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'not everything could be given back in time; it expires by itself');
}

export function watchBroke(logger: Logger, what: string, retryInMs: number, err: unknown): void {
  logger.error({ what, retryInMs, err }, 'listener broke, listening again');
}

export function sweepFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'looking for free accounts failed, trying again');
}

export function socketNotBegun(logger: Logger, err: unknown): void {
  logger.error({ err }, 'a connection to whatsapp could not be begun');
}

export function incidentNotOpened(logger: Logger, type: string, err: unknown): void {
  logger.error({ type, err }, 'incident could not be stored');
}
