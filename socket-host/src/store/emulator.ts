/** The Firestore emulator, for the tests beside the stores. Started by the test runner. */
import { randomUUID } from 'node:crypto';
import { initializeApp } from 'firebase-admin/app';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';

let database: Firestore | null = null;

/** The project's name starts with `demo-`: without the emulator, the SDK has no database it could reach. */
export function emulatedFirestore(): Firestore {
  if (database) return database;
  database = getFirestore(initializeApp({ projectId: 'demo-switchboard' }, `test-${randomUUID()}`));
  return database;
}

/** An id no other test uses. */
export function freshId(prefix: string): string {
  return `${prefix}_${randomUUID().slice(0, 13)}`;
}
