/** The Firebase app this page is. Each product of it is opened in a file of its own: auth, firestore, functions. */
import { initializeApp, type FirebaseApp } from 'firebase/app';
import type { Settings } from '../settings.ts';

export interface Backend {
  readonly app: FirebaseApp;
  readonly settings: Settings;
}

export function openBackend(settings: Settings): Backend {
  return { app: initializeApp({ ...settings.firebase }), settings };
}
