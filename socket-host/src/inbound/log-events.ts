/** One function per log line of this folder. Never message text, never a whole jid. */
import type { Logger } from '../telemetry/logger.ts';

export function messageStored(logger: Logger, waMessageId: string, source: string): void {
  logger.debug({ waMessageId, source }, 'message stored');
}

export function changeStored(logger: Logger, waMessageId: string, kind: string, became: string): void {
  logger.debug({ waMessageId, kind, became }, 'change of a message taken in');
}

export function messageRepeated(logger: Logger, waMessageId: string): void {
  logger.debug({ waMessageId }, 'message was stored already');
}

export function storeFailed(logger: Logger, waMessageId: string, attempt: number, err: unknown): void {
  logger.error({ waMessageId, attempt, err }, 'message could not be stored, trying again');
}

export function placeholderStored(logger: Logger, waMessageId: string, kind: string): void {
  logger.error({ waMessageId, kind }, 'message can never be stored as it is, a note stands in its place');
}

export function messageGivenUp(logger: Logger, waMessageId: string, kind: string): void {
  logger.error({ waMessageId, kind }, 'message cannot be stored, it stays in the journal and waits for the next owner');
}

export function receiptFailed(logger: Logger, waMessageId: string, attempt: number, err: unknown): void {
  logger.error({ waMessageId, attempt, err }, 'receipt could not be stored, trying again');
}
