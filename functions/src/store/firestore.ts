/** Opens the connections to Firestore and Auth, once per process and not before the first event needs them. */
import { getApps, initializeApp, type App } from 'firebase-admin/app';
import { getAuth, type Auth } from 'firebase-admin/auth';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';

function app(): App {
  return getApps()[0] ?? initializeApp();
}

export function openFirestore(): Firestore {
  return getFirestore(app());
}

export function openAuth(): Auth {
  return getAuth(app());
}
