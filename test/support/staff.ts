/** Staff as a front end has them: the web SDK, signed in as a demo role, under the rules. */
import { deleteApp, initializeApp, type FirebaseApp } from 'firebase/app';
import { connectAuthEmulator, getAuth, signInWithEmailAndPassword, type User } from 'firebase/auth';
import { connectFirestoreEmulator, getFirestore, terminate, type Firestore } from 'firebase/firestore';
import { connectFunctionsEmulator, getFunctions, type Functions } from 'firebase/functions';
import type { Role } from '@switchboard/contract/user';
import { DEMO_SIGN_INS, type SignIn } from '../../scripts/lib/seed.ts';
import { atTheEnd } from './clean-up.ts';
import { stack } from './stack.ts';
import { freshId } from './unique.ts';

export interface Staff {
  readonly uid: string;
  readonly email: string;
  /** Firestore under the rules. */
  readonly db: Firestore;
  readonly functions: Functions;
  /** For the host's HTTP API. */
  idToken(): Promise<string>;
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function nameOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

function openFirestore(app: FirebaseApp): Firestore {
  const db = getFirestore(app);
  connectFirestoreEmulator(db, nameOf(stack.firestore()), portOf(stack.firestore()));
  return db;
}

function openFunctions(app: FirebaseApp): Functions {
  const functions = getFunctions(app);
  connectFunctionsEmulator(functions, nameOf(stack.functions()), portOf(stack.functions()));
  return functions;
}

async function signIn(app: FirebaseApp, { email, password }: SignIn): Promise<User> {
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${stack.auth()}`, { disableWarnings: true });
  const { user } = await signInWithEmailAndPassword(auth, email, password);
  return user;
}

/** Signs in as the demo's admin, manager or agent, in a client of its own. */
export async function signInAs(role: Role): Promise<Staff> {
  const demo = DEMO_SIGN_INS.find((candidate) => candidate.role === role);
  if (!demo) throw new Error(`the demo has no ${role}`);
  const app = initializeApp({ projectId: stack.projectId, apiKey: 'emulator' }, freshId(role));
  const db = openFirestore(app);
  const functions = openFunctions(app);
  const user = await signIn(app, demo);
  atTheEnd(async () => {
    await terminate(db);
    await deleteApp(app);
  });
  return { uid: user.uid, email: demo.email, db, functions, idToken: () => user.getIdToken() };
}
