/** One function per log line of this folder. Accounts are named by id; never a number, a code or a credential. */
import type { Logger } from '../telemetry/logger.ts';

export function statusChanged(logger: Logger, status: string, reason: string | null): void {
  logger.info({ status, reason }, 'account status changed');
}

export function statusRefused(logger: Logger, status: string, why: string): void {
  logger.info({ status, why }, 'account status was not taken');
}

export function requestTaken(logger: Logger, requestId: string, request: string): void {
  logger.info({ requestId, request }, 'acting on an account request');
}

export function retryScheduled(logger: Logger, delayMs: number, attempt: number): void {
  logger.info({ delayMs, attempt }, 'will connect again');
}

export function codeNotShown(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'no pairing code could be had, trying again with the next one');
}

export function sessionNotLoaded(logger: Logger, attempt: number, err: unknown): void {
  logger.error({ attempt, err }, 'session could not be loaded, trying again');
}

export function sessionUnreadable(logger: Logger, err: unknown): void {
  logger.error({ err }, 'session cannot be decrypted, the account stays offline and is tried again later');
}

export function sessionShredded(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'session cannot be decrypted and was deleted unread, as was asked');
}

export function storeFailed(logger: Logger, attempt: number, err: unknown): void {
  logger.error({ attempt, err }, 'account could not be written, trying again');
}

export function startFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'account could not be started, trying again');
}

export function taskFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'a task of the account failed, the next one goes on');
}

export function replayFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'what the journal holds could not be passed on, trying again with the next connection');
}

export function eraseFailed(logger: Logger, attempt: number, err: unknown): void {
  logger.error({ attempt, err }, 'session could not be erased, trying again');
}

export function effectFailed(logger: Logger, effect: string, err: unknown): void {
  logger.error({ effect, err }, 'a step of the account failed');
}

export function stoppedUnclean(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'account stopped before everything was durable');
}

export function versionChanged(logger: Logger, from: readonly number[], to: readonly number[]): void {
  logger.info({ from: from.join('.'), to: to.join('.') }, 'presenting another whatsapp web version');
}

export function versionNotLearned(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'newest whatsapp web version could not be learned, keeping the present one');
}

export function versionNotKept(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'whatsapp web version that was accepted could not be stored');
}

export function incidentOpened(logger: Logger, incident: string): void {
  logger.warn({ incident }, 'incident opened');
}

export function incidentsResolved(logger: Logger, count: number): void {
  logger.info({ count }, 'incidents resolved');
}
