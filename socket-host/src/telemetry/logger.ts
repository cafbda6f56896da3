/** One JSON line per event on stdout, in the shape Cloud Logging reads. What may be logged: see each folder's log-events.ts. */
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

export function createLogger(level: string, hostId: string): Logger {
  return pino({
    level,
    messageKey: 'message',
    base: { hostId, serviceContext: { service: 'switchboard-socket-host' } },
    formatters: { level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: { err: pino.stdSerializers.err },
  });
}
