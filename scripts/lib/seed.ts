/** The staff of the demo: one sign-in per role, in the emulators only. */
import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getAuth } from 'firebase-admin/auth';
import { FieldValue, getFirestore } from 'firebase-admin/firestore';
import { paths } from '@switchboard/contract/paths';
import { DEFAULT_TEAM, ROLES, type Claims, type Role } from '@switchboard/contract/user';
import { PROJECT_ID } from './repo.ts';

export interface SignIn {
  readonly uid: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
}

export const DEMO_SIGN_INS: readonly SignIn[] = ROLES.map((role) => ({
  uid: `demo-${role}`,
  email: `${role}@demo.test`,
  password: 'demo1234',
  role,
}));

async function ensureSignIn(app: App, signIn: SignIn): Promise<void> {
  const auth = getAuth(app);
  const { uid, email, password, role } = signIn;
  const profile = { email, password, emailVerified: true, displayName: `Demo ${role}` };
  const known = await auth.getUsers([{ uid }]);
  await (known.users.length === 0 ? auth.createUser({ uid, ...profile }) : auth.updateUser(uid, profile));
  const claims: Claims = { role, teams: [DEFAULT_TEAM] };
  await auth.setCustomUserClaims(uid, claims);
  const user = {
    email,
    displayName: profile.displayName,
    disabled: false,
    ...claims,
    updatedAt: FieldValue.serverTimestamp(),
    updatedBy: 'seed',
  };
  await getFirestore(app).doc(paths.user(uid)).set(user);
}

/**
 * Creates the demo sign-ins with their claims and their `users` documents; what is there is brought up to date.
 *
 * @param env where the emulators are. The Admin SDK reads it from the environment only, so it is put there.
 */
export async function seedDemoStaff(env: Readonly<Record<string, string>>): Promise<readonly SignIn[]> {
  if (env['FIREBASE_AUTH_EMULATOR_HOST'] === undefined) throw new Error('demo sign-ins belong into the emulators only');
  Object.assign(process.env, env);
  const app = initializeApp({ projectId: PROJECT_ID }, 'seed');
  try {
    for (const signIn of DEMO_SIGN_INS) await ensureSignIn(app, signIn);
  } finally {
    await deleteApp(app);
  }
  return DEMO_SIGN_INS;
}
