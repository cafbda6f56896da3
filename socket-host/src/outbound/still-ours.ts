/** What became of an entry that changed behind our back: most are over, some are not. */
import { readStanding } from '../store/outbox.ts';
import type { AttemptDependencies } from './attempt.ts';
import { claimTakenOver } from './log-events.ts';
import type { Waiting } from './lane.ts';

/**
 * Reads it again. Not ours to send any more, unless it is routed, or a claim took it out of sight that a former owner made late or we without
 * an answer.
 *
 * @returns whether it is ours; then `waiting` holds it as it is stored.
 */
export async function isStillOurs(
  { db, lease, logger }: Pick<AttemptDependencies, 'db' | 'lease' | 'logger'>,
  waiting: Waiting,
): Promise<boolean> {
  const standing = await readStanding(db, waiting.entry.requestId, lease);
  if (standing.kind !== 'ours') return false;
  const { entry } = standing;
  waiting.entry = entry;
  // What was reported meanwhile is no newer, or the next claim finds out.
  waiting.newer = null;
  if (entry.data.status === 'routed') return true;
  claimTakenOver(logger, entry.requestId, entry.data.epoch);
  waiting.isCertain = false;
  return true;
}
