/**
 * For tests: a project of its own in the Firestore and Auth emulators, so that no test sees another's documents.
 * The emulators' addresses come from the environment (FIRESTORE_EMULATOR_HOST, FIREBASE_AUTH_EMULATOR_HOST).
 */
import type { Role } from '@switchboard/contract/user';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getAuth, type Auth } from 'firebase-admin/auth';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';
import { randomUUID } from 'node:crypto';
import type { Log } from '../log-events.ts';

export interface EmulatedProject {
  readonly db: Firestore;
  readonly auth: Auth;
  /** A staff member, or with `role: null` someone who only signed in. */
  addUser(role: Role | null, teams?: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export function openProject(): EmulatedProject {
  const projectId = `demo-${randomUUID().slice(0, 18)}`;
  const app = initializeApp({ projectId }, projectId);
  const auth = getAuth(app);
  return {
    db: getFirestore(app),
    auth,
    async addUser(role, teams = ['main']) {
      const { uid } = await auth.createUser({ email: `${randomUUID()}@demo.test`, emailVerified: true });
      if (role) await auth.setCustomUserClaims(uid, { role, teams });
      return uid;
    },
    close: () => deleteApp(app),
  };
}

const DELIVERIES = 10;

/**
 * Does it as it is done in production: an event whose function threw an error of Firestore's (documents everybody wants at once are
 * contended) is delivered again, and who called calls again.
 */
export async function delivered<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      const isOfFirestore = error instanceof Error && 'code' in error && typeof error.code === 'number';
      if (!isOfFirestore || tries === DELIVERIES) throw error;
    }
  }
}

/** Keeps what was logged instead of printing it. */
export function recordingLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (message: string, fields: Record<string, unknown>) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { lines, debug: write, info: write, warn: write };
}
