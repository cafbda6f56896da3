/**
 * Keeps the record of a Signal session small. The library keeps up to forty sessions that were closed by newer ones, and rewrites
 * them all with every message. A closed session only serves to read what was encrypted before the change, which is soon over. Pure.
 */
import { z } from 'zod';

const KEPT_CLOSED = 5;

/** Of the library's record, what tells its sessions apart. `closed` is -1 for the session in use, else when it was closed. */
const recordSchema = z.looseObject({
  _sessions: z.record(z.string(), z.looseObject({ indexInfo: z.looseObject({ closed: z.number() }) })),
});

/** The record without its oldest closed sessions; anything that is no such record stays as it is. */
export function pruneSession(record: unknown): unknown {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return record;
  const sessions = Object.entries(parsed.data._sessions);
  const closed = sessions
    .filter(([, session]) => session.indexInfo.closed !== -1)
    .sort(([, a], [, b]) => b.indexInfo.closed - a.indexInfo.closed);
  const dropped = new Set(closed.slice(KEPT_CLOSED).map(([baseKey]) => baseKey));
  if (dropped.size === 0) return record;
  return { ...parsed.data, _sessions: Object.fromEntries(sessions.filter(([baseKey]) => !dropped.has(baseKey))) };
}
