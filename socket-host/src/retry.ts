import type { Clock } from './clock.ts';

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 15_000;

/**
 * Repeats a store operation until it succeeds or `isStopped` says the work is no longer ours. For work that must not be lost:
 * Firestore being slow or away delays it, nothing more.
 *
 * @returns whether the task succeeded; `false` only after `isStopped`.
 */
export async function untilStored(
  clock: Clock,
  isStopped: () => boolean,
  task: () => Promise<void>,
  onFailure: (attempt: number, error: unknown) => void,
): Promise<boolean> {
  let delayMs = FIRST_DELAY_MS;
  for (let attempt = 1; !isStopped(); attempt += 1) {
    try {
      await task();
      return true;
    } catch (error) {
      onFailure(attempt, error);
    }
    const waitMs = delayMs;
    await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
  }
  return false;
}
