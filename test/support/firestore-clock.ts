/** Time as Firestore tells it: what hosts judge leases by, whatever the clock of the machine a test runs on. */
import { adminFirestore } from './stack.ts';
import { waitFor } from './wait.ts';

/** ms since 1970. */
export async function firestoreNow(): Promise<number> {
  return (await adminFirestore().doc('hosts/nobody').get()).readTime.toMillis();
}

/** Waits until this much time has passed since `sinceMs`. */
export async function whenPassed(ms: number, sinceMs: number, what = 'the cut to last'): Promise<void> {
  await waitFor(firestoreNow, (now) => now - sinceMs >= ms, { what, timeoutMs: ms + 60_000 });
}
