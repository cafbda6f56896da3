import * as z from 'zod/mini';

/**
 * A moment as Firestore stores it. Both SDKs (Admin and web) hand out a `Timestamp` class of their own;
 * this is the part they share, so one schema reads documents on the server and in the browser.
 */
export interface Timestamp {
  readonly seconds: number;
  readonly nanoseconds: number;
  toMillis(): number;
  toDate(): Date;
}

function isTimestamp(value: unknown): value is Timestamp {
  return (
    typeof value === 'object' &&
    value !== null &&
    'toMillis' in value &&
    typeof value.toMillis === 'function' &&
    'toDate' in value &&
    typeof value.toDate === 'function'
  );
}

export const timestampSchema = z.custom<Timestamp>(isTimestamp, 'must be a Firestore Timestamp');

/** A moment as microseconds since 1970: Firestore's own precision, so two commits in one millisecond keep their order. */
export function microsOf(timestamp: Timestamp): number {
  return timestamp.seconds * 1_000_000 + Math.floor(timestamp.nanoseconds / 1_000);
}
