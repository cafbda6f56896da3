import type { Clock } from '../clock.ts';

/** Waits for work, but no longer than this. @throws what the work throws, or that it took too long; it goes on regardless. */
export async function within(clock: Clock, timeoutMs: number, work: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<never>();
  const cancel = clock.after(timeoutMs, () => {
    timeout.reject(new Error(`not done after ${String(timeoutMs)} ms`));
  });
  try {
    await Promise.race([work, timeout.promise]);
  } finally {
    cancel();
  }
}
