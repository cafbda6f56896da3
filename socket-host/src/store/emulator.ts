/** The Firestore emulator, for the tests beside the stores. Started by the test runner. */
import { randomUUID } from 'node:crypto';
import { initializeApp } from 'firebase-admin/app';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';

let database: Firestore | null = null;

/** @throws when the tests run without the emulator: nothing may ever reach a real database. */
export function emulatedFirestore(): Firestore {
  if (database) return database;
  if (process.env['FIRESTORE_EMULATOR_HOST'] === undefined)
    throw new Error('FIRESTORE_EMULATOR_HOST is not set: run `npm test`');
  database = getFirestore(initializeApp({ projectId: 'demo-switchboard' }, `test-${randomUUID()}`));
  return database;
}

/** An id no other test uses. */
export function freshId(prefix: string): string {
  return `${prefix}_${randomUUID().slice(0, 13)}`;
}
