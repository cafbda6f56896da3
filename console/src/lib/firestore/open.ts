/**
 * Opens Firestore for one person. Documents and unsent writes are kept on disk and shared by all tabs, so the console opens at
 * once and works offline; what one person saw is wiped when they sign out.
 */
import {
  clearIndexedDbPersistence,
  connectFirestoreEmulator,
  initializeFirestore,
  persistentLocalCache,
  persistentMultipleTabManager,
  terminate,
  waitForPendingWrites,
  type Firestore,
} from 'firebase/firestore';
import type { Backend } from '../firebase/app.ts';
import { splitAddress } from '../settings.ts';

export type { Firestore } from 'firebase/firestore';

/** How long signing out waits for what is still unsent, ms. */
const LAST_WRITES_MS = 3_000;

export function openFirestore({ app, settings }: Backend): Firestore {
  const db = initializeFirestore(app, {
    localCache: persistentLocalCache({ tabManager: persistentMultipleTabManager() }),
    ignoreUndefinedProperties: true,
  });
  if (settings.emulators) {
    const { host, port } = splitAddress(settings.emulators.firestore);
    connectFirestoreEmulator(db, host, port);
  }
  return db;
}

/** Whether everything this person wrote has reached the server, at the latest after a few seconds. */
export async function isAllWritten(db: Firestore): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, LAST_WRITES_MS, false));
  return Promise.race([waitForPendingWrites(db).then(() => true), late]);
}

/** Another tab that is still open holds the cache; the last one to close it wipes it. */
export async function closeFirestore(db: Firestore): Promise<void> {
  await terminate(db);
  await clearIndexedDbPersistence(db).catch(() => undefined);
}
