/** One JSON line per event on stdout, in the shape Cloud Logging reads. What may be logged: see each folder's log-events.ts. */
import { maskNumbers } from '@switchboard/contract/phone';
import pino from 'pino';

const SEVERITY: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

export type Logger = pino.Logger;

/** Firestore's errors name the document, and that of a thread its customer's number. */
function maskedError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: maskNumbers(String(error)) };
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: maskedError(error.cause) };
  const { name, message, stack } = error;
  return { type: name, message: maskNumbers(message), stack: maskNumbers(stack ?? ''), ...code, ...cause };
}

/** @param destination stdout unless told. */
export function createLogger(level: string, hostId: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    messageKey: 'message',
    base: { hostId, serviceContext: { service: 'switchboard-socket-host' } },
    formatters: { level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: maskedError },
  };
  return destination ? pino(options, destination) : pino(options);
}
