/**
 * A query listener that outlives its errors, and silence. Firestore's own listener dies for good on anything it does not retry
 * (a missing index, a permission, a lost database), and one that is never answered waits for ever: this one subscribes again, with
 * backoff, for ever.
 * Each new subscription reports every matching document as added again, so `onChanged` must bear repetition.
 */
import type { Query, QueryDocumentSnapshot } from 'firebase-admin/firestore';
import type { Clock } from '../clock.ts';

export interface WatchListener {
  /** A document entered the result, or changed within it. */
  readonly onChanged: (snapshot: QueryDocumentSnapshot) => void;
  /** A document left the result. */
  readonly onRemoved?: (snapshot: QueryDocumentSnapshot) => void;
  /** All that was in the result when this subscription began has been reported. */
  readonly onCurrent?: () => void;
  /** The listener broke and will be set up again after `retryInMs`. */
  readonly onBroken: (error: Error, retryInMs: number) => void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** How long the first answer to a subscription may take, ms. It comes in well under a second. */
const ANSWER_MS = 15_000;

/** Listens until the returned function is called. */
export function watchQuery(query: Query, listener: WatchListener, clock: Clock): () => void {
  let stopped = false;
  let retryMs = FIRST_RETRY_MS;
  let unsubscribe = (): void => undefined;
  let cancelRetry = (): void => undefined;
  let cancelWait = (): void => undefined;

  const broke = (error: Error): void => {
    if (stopped) return;
    cancelWait();
    unsubscribe();
    listener.onBroken(error, retryMs);
    cancelRetry = clock.after(retryMs, subscribe);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  };

  const subscribe = (): void => {
    if (stopped) return;
    let isCurrent = false;
    cancelWait = clock.after(ANSWER_MS, () => {
      broke(new Error(`no answer in ${String(ANSWER_MS / 1_000)} s`));
    });
    unsubscribe = query.onSnapshot((result) => {
      cancelWait();
      retryMs = FIRST_RETRY_MS;
      for (const change of result.docChanges()) {
        if (stopped) return;
        if (change.type === 'removed') listener.onRemoved?.(change.doc);
        else listener.onChanged(change.doc);
      }
      if (!isCurrent && !stopped) listener.onCurrent?.();
      isCurrent = true;
    }, broke);
  };
  subscribe();

  return () => {
    stopped = true;
    cancelRetry();
    cancelWait();
    unsubscribe();
  };
}
