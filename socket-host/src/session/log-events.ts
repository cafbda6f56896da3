/** One function per log line of this folder. Never a key, a row or a credential. */
import type { Logger } from '../telemetry/logger.ts';

export function sessionLoaded(logger: Logger, isLinked: boolean, buckets: number): void {
  logger.info({ isLinked, buckets }, 'session loaded');
}

export function commitFailed(logger: Logger, attempt: number, err: unknown): void {
  logger.warn({ attempt, err }, 'session commit failed');
}

export function sessionFenced(logger: Logger, epoch: number | null): void {
  logger.warn({ epoch }, 'another host owns this session now');
}
