/** One function per log line of this folder. Never a key, a row or a credential. */
import type { Logger } from '../telemetry/logger.ts';

export function sessionLoaded(logger: Logger, isLinked: boolean, buckets: number): void {
  logger.info({ isLinked, buckets }, 'session loaded');
}

export function commitFailed(logger: Logger, attempt: number, err: unknown): void {
  logger.warn({ attempt, err }, 'session commit failed');
}

/** It met a changed document, and who changed it could not be read. */
export function commitUnclear(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'not known whether a session commit landed');
}

export function commitGivenUp(logger: Logger): void {
  logger.error('session commit given up on, the session has to be loaded anew');
}

export function sessionFenced(logger: Logger, epoch: number | null): void {
  logger.warn({ epoch }, 'another host owns this session now');
}

export function sessionLapsed(logger: Logger): void {
  logger.warn('our lease has lapsed, nothing more is written to this session');
}

export function credsRestored(logger: Logger, fault: string, snapshotAt: string): void {
  logger.error({ fault, snapshotAt }, 'credentials were damaged and restored from a snapshot');
}

export function rowsLost(logger: Logger, damaged: string, forgotten: string): void {
  logger.error({ damaged, forgotten }, 'session rows were damaged and dropped');
}

export function rotationFailed(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'data key not rotated, to be continued with the next opening');
}

export function rewrapFailed(logger: Logger, err: unknown): void {
  logger.warn({ err }, 'data keys not wrapped with the present key-encryption key, to be tried with the next opening');
}
