/**
 * How long a message is tried to be stored that others wait behind. What comes from Firestore being slow, away or busy is waited out,
 * however long it lasts. What fails the same way each time is not: what a sender's app made up must not silence an account.
 */
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { isFinal } from '../store/final-errors.ts';

/** So often an error that another try cannot change is met before it is believed. */
const TRIES = 5;

export interface Storing {
  readonly asItIs: () => Promise<void>;
  /** Stores a note in its place. Called when it cannot be stored as it is. */
  readonly asNote: () => Promise<void>;
  /** Whether Firestore answers: while it does not, nothing is known of the message. */
  readonly isAnswering: () => Promise<boolean>;
  readonly isStopped: () => boolean;
  readonly onFailure: (attempt: number, error: unknown) => void;
}

/** @returns `given-up` when not even a note of it can be stored. */
export async function storeOrNote(
  clock: Clock,
  { asItIs, asNote, isAnswering, isStopped, onFailure }: Storing,
): Promise<'stored' | 'stopped' | 'given-up'> {
  let finalErrors = 0;
  const isGivenUp = (): boolean => finalErrors >= 2 * TRIES;
  const store = async (): Promise<void> => {
    try {
      await (finalErrors < TRIES ? asItIs() : asNote());
    } catch (error) {
      if (isFinal(error) && (await isAnswering())) finalErrors += 1;
      throw error;
    }
  };
  const isStored = await untilStored(clock, () => isStopped() || isGivenUp(), store, onFailure);
  if (isStored) return 'stored';
  return isGivenUp() ? 'given-up' : 'stopped';
}
