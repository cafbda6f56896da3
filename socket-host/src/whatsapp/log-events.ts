/** One function per log line of this folder. Never a key, a text or a whole number. */
import type { Logger } from '../telemetry/logger.ts';

export function socketOpening(logger: Logger, isLinked: boolean): void {
  logger.info({ isLinked }, 'opening a connection to whatsapp');
}

export function socketClosed(logger: Logger, code: number | null, reason: string): void {
  logger.info({ code, reason }, 'connection to whatsapp closed');
}

export function credsNotSaved(logger: Logger, err: unknown): void {
  logger.error({ err }, 'credentials could not be made durable');
}

export function eventNotTaken(logger: Logger, event: string, err: unknown): void {
  logger.error({ err, event }, 'what happened on the connection could not be passed on');
}

export function trustFailed(logger: Logger, err: unknown): void {
  logger.debug({ err }, 'privacy token could not be issued');
}

/** Costs nothing but room: nobody is asked to use them, and a device that comes back and cannot read says so. */
export function sessionsNotDeleted(logger: Logger, err: unknown): void {
  logger.debug({ err }, 'sessions of removed devices could not be deleted');
}

export function unwantedNotAnswered(logger: Logger, tag: string, err: unknown): void {
  logger.debug({ err, tag }, 'a stanza that is of no use here could not be answered');
}

/** The next connection asks again. */
export function phoneNotAsked(logger: Logger, err: unknown): void {
  logger.debug({ err }, 'own phone could not be asked for a message that came without content');
}
