import type { Clock } from '../clock.ts';

/** Waits for work, but no longer than this. @throws what the work throws, or that it took too long; it goes on regardless. */
export async function within<T>(clock: Clock, timeoutMs: number, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const cancel = clock.after(timeoutMs, () => {
    timeout.reject(new Error(`not done after ${String(timeoutMs)} ms`));
  });
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    cancel();
  }
}
