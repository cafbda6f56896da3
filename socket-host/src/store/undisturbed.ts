/**
 * Read, decide and write as one, without a transaction. A transaction locks what it reads, and a process that is killed in the middle of
 * one leaves its locks behind, for up to a minute: whoever takes over would have to wait for them. So what is written here is
 * conditional on what was read, and done anew when something came in between.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DocumentSnapshot, Precondition, Timestamp } from 'firebase-admin/firestore';
import { isAlreadyExists, isContended, isLostRace } from './firestore.ts';

const ATTEMPTS = 8;
/** Before the second attempt at most; twice as long before each further one, ms. */
const FIRST_PAUSE_MS = 20;

/** Of a document as we know it: what its `updateTime` was. */
export type KnownVersion = Timestamp;

/** The condition that a document is as it was read. */
export function asRead({ updateTime }: DocumentSnapshot): Precondition {
  return updateTime ? { lastUpdateTime: updateTime } : {};
}

/**
 * @param attempt reads, and commits with `asRead` (or `create`) what follows from it.
 * @throws the Firestore error of the last attempt when others were first each time.
 */
export async function undisturbed<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried === ATTEMPTS || !(isLostRace(error) || isAlreadyExists(error))) throw error;
      await delay(Math.random() * FIRST_PAUSE_MS * 2 ** (tried - 1));
    }
  }
}

/** @returns `null`, and nothing is done, when what was to be written has changed or gone since it was known. @throws any other error. */
export async function unlessChanged<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (!isLostRace(error) || isContended(error)) throw error;
    return null;
  }
}
