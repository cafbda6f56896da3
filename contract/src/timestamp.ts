import { z } from 'zod';

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
