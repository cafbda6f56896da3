/**
 * Keeps the record of a Signal session small. The library keeps up to forty sessions that were closed by newer ones, and rewrites
 * them all with every message. A closed session only serves to read what was encrypted before the change and is still on its way:
 * seconds as a rule, more while messages wait at WhatsApp for us. Pure.
 */
import { z } from 'zod';

/** However long ago they were closed: we may have been away, and what waits for us is as old as that. */
const ALWAYS_KEPT = 5;
/** When one change follows another (each message that somebody asks for again makes a session), none of the last is dropped, ms. */
const KEPT_FOR_MS = 3_600_000;

/** Of the library's record, what tells its sessions apart. `closed` is -1 for the session in use, else when it was closed, ms since 1970. */
const recordSchema = z.looseObject({
  _sessions: z.record(z.string(), z.looseObject({ indexInfo: z.looseObject({ closed: z.number() }) })),
});

/** The record without closed sessions that nobody needs any more; anything that is no such record stays as it is. */
export function pruneSession(record: unknown, nowMs: number): unknown {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return record;
  const sessions = Object.entries(parsed.data._sessions);
  const closed = sessions
    .filter(([, session]) => session.indexInfo.closed !== -1)
    .sort(([, a], [, b]) => b.indexInfo.closed - a.indexInfo.closed);
  const old = closed.slice(ALWAYS_KEPT).filter(([, session]) => nowMs - session.indexInfo.closed > KEPT_FOR_MS);
  if (old.length === 0) return record;
  const dropped = new Set(old.map(([baseKey]) => baseKey));
  return { ...parsed.data, _sessions: Object.fromEntries(sessions.filter(([baseKey]) => !dropped.has(baseKey))) };
}
