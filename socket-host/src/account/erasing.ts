/** Erases a session, however long that takes: what follows tells people that it is gone. */
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { FencedError, type AccountSession, type EraseMode } from '../session/types.ts';
import type { Logger } from '../telemetry/logger.ts';
import { eraseFailed } from './log-events.ts';

export interface ErasingDependencies {
  readonly accountId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The account is not ours to write any more, or may not be. */
  readonly isStopped: () => boolean;
}

/** @throws FencedError when the account stopped being ours before it was done; the next owner does it. */
export async function eraseSession(
  { accountId, clock, logger, isStopped }: ErasingDependencies,
  session: AccountSession,
  mode: EraseMode,
): Promise<void> {
  let isFenced = false;
  const isErased = await untilStored(
    clock,
    () => isFenced || isStopped(),
    async () => {
      await session.erase(mode).catch((error: unknown) => {
        isFenced = error instanceof FencedError;
        throw error;
      });
    },
    (attempt, error) => {
      eraseFailed(logger, attempt, error);
    },
  );
  if (!isErased) throw new FencedError(accountId);
}
