/** One function per log line of this folder. Never message text, never a whole jid. */
import type { Logger } from '../telemetry/logger.ts';

export function entrySent(logger: Logger, requestId: string, waMessageId: string, attempt: number): void {
  logger.debug({ requestId, waMessageId, attempt }, 'message sent');
}

export function entryFailed(logger: Logger, requestId: string, code: string): void {
  logger.warn({ requestId, code }, 'message failed');
}

export function entryWaits(logger: Logger, requestId: string, code: string, delayMs: number): void {
  logger.info({ requestId, code, delayMs }, 'message will be tried again');
}

export function entryRecovered(logger: Logger, requestId: string, status: string | null): void {
  logger.info({ requestId, messageStatus: status }, 'message of unknown outcome taken over');
}

/** @param what became of it meanwhile. */
export function entryTaken(logger: Logger, requestId: string, what: string): void {
  logger.info({ requestId, what }, 'entry changed under us');
}

export function typingFailed(logger: Logger, requestId: string, err: unknown): void {
  logger.debug({ requestId, err }, 'typing could not be shown');
}

export function claimTakenOver(logger: Logger, requestId: string, epoch: number | null): void {
  logger.info({ requestId, epoch }, 'claim that nobody settles any more taken over');
}

export function claimGivenBack(logger: Logger, requestId: string): void {
  logger.info({ requestId }, 'claim of a message that cannot be sent for now given back');
}

export function entryMalformed(logger: Logger, requestId: string): void {
  logger.error({ requestId }, 'routed entry is malformed');
}

export function attemptBroke(logger: Logger, requestId: string, err: unknown): void {
  logger.error({ requestId, err }, 'attempt broke, trying again');
}

export function settleBroke(logger: Logger, requestId: string, attempt: number, err: unknown): void {
  logger.error({ requestId, attempt, err }, 'outcome could not be stored, trying again');
}

export function watchBroke(logger: Logger, accounts: number, retryInMs: number, err: unknown): void {
  logger.error({ accounts, retryInMs, err }, 'outbox listener broke, listening again');
}

export function accountSetApart(logger: Logger, accountId: string): void {
  logger.info({ accountId }, 'account has much waiting, listening to it apart');
}

export function roundBroke(logger: Logger, accounts: number, err: unknown): void {
  logger.error({ accounts, err }, 'looking for due entries failed, trying again next round');
}

export function entryPostponed(logger: Logger, requestId: string, code: string, waitMs: number): void {
  logger.info({ requestId, code, waitMs: Math.round(waitMs) }, 'message put off');
}

export function accountHeld(logger: Logger, code: string): void {
  logger.warn({ code }, 'sending to new people is on hold');
}

export function writeBroke(logger: Logger, what: string, err: unknown): void {
  logger.error({ what, err }, 'could not be stored');
}

export function entryMissed(logger: Logger, requestId: string): void {
  logger.warn({ requestId }, 'a message waits that the listener has not told of');
}

export function holdRanOut(logger: Logger, requestId: string): void {
  logger.warn({ requestId }, 'a message is not routed for long: its thread goes on without it');
}
