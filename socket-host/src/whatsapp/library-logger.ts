/**
 * What of the library's own log is let through: its warnings and errors, as debug lines, by their static text. Its fields hold
 * keys, message text and whole numbers, and are dropped; numbers inside the text are masked.
 */
import { maskNumbers } from '@switchboard/contract/phone';
import type { UserFacingSocketConfig } from '@whiskeysockets/baileys';
import type { Logger } from '../telemetry/logger.ts';

type LibraryLogger = NonNullable<UserFacingSocketConfig['logger']>;

function ignore(): void {
  // Below a warning the library tells what it does to whom.
}

/** The text of a log call: the library passes it alone, or after an object. */
function textOf(fields: unknown, text: string | undefined): string {
  const line = text ?? (typeof fields === 'string' ? fields : 'no text');
  return maskNumbers(line).slice(0, 200);
}

function causeOf(fields: unknown): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const cause = 'err' in fields ? fields.err : 'error' in fields ? fields.error : undefined;
  return cause instanceof Error ? textOf(cause.message, undefined) : undefined;
}

export function libraryLogger(logger: Logger): LibraryLogger {
  const pass = (severity: 'warning' | 'error') => (fields: unknown, text?: string) => {
    logger.debug({ library: textOf(fields, text), severity, cause: causeOf(fields) }, 'whatsapp library');
  };
  const adapted: LibraryLogger = {
    level: 'warn',
    child: () => adapted,
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: pass('warning'),
    error: pass('error'),
  };
  return adapted;
}
