/** Who is signed in. The only file that imports firebase/auth. */
import { claimsSchema, type Claims } from '@switchboard/contract/user';
import {
  browserLocalPersistence,
  browserPopupRedirectResolver,
  connectAuthEmulator,
  GoogleAuthProvider,
  indexedDBLocalPersistence,
  initializeAuth,
  onIdTokenChanged,
  sendEmailVerification,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
  signInWithPopup,
  signOut,
  type User,
} from 'firebase/auth';
import type { Backend } from '../firebase/app.ts';

export interface Person {
  readonly uid: string;
  readonly email: string | null;
  readonly name: string;
  /** They have shown that the address is theirs: the first admin must have. */
  readonly isEmailVerified: boolean;
}

/** no_role: known to Firebase, but nobody has made them staff yet. */
export type AuthState =
  | { readonly state: 'starting' | 'signed_out' }
  | { readonly state: 'no_role'; readonly person: Person }
  | { readonly state: 'staff'; readonly person: Person; readonly claims: Claims };

/** Why a sign-in did not work, as far as Firebase tells. */
export type SignInFailure = 'wrong_password' | 'too_many' | 'offline' | 'disabled' | 'cancelled' | 'other';
export type SignInAnswer = { readonly ok: true } | { readonly ok: false; readonly failure: SignInFailure };

export interface Auth {
  watch(onChange: (state: AuthState) => void): () => void;
  signIn(email: string, password: string): Promise<SignInAnswer>;
  signInWithGoogle(): Promise<SignInAnswer>;
  sendPasswordReset(email: string): Promise<SignInAnswer>;
  /** Sends this person a link by which they show that the address is theirs. */
  sendVerification(): Promise<SignInAnswer>;
  /** Asks the server again which role this person has: claims live an hour in a token. */
  refreshClaims(): Promise<void>;
  signOut(): Promise<void>;
}

const FAILURES: Readonly<Record<string, SignInFailure>> = {
  'auth/invalid-credential': 'wrong_password',
  'auth/invalid-email': 'wrong_password',
  'auth/user-not-found': 'wrong_password',
  'auth/wrong-password': 'wrong_password',
  'auth/too-many-requests': 'too_many',
  'auth/network-request-failed': 'offline',
  'auth/user-disabled': 'disabled',
  'auth/popup-closed-by-user': 'cancelled',
  'auth/cancelled-popup-request': 'cancelled',
};

function failureOf(error: unknown): SignInFailure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return FAILURES[code] ?? 'other';
}

async function answered(attempt: Promise<unknown>): Promise<SignInAnswer> {
  try {
    await attempt;
    return { ok: true };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

function personOf(user: User): Person {
  const { uid, email, displayName, emailVerified } = user;
  return { uid, email, name: displayName ?? email ?? uid, isEmailVerified: emailVerified };
}

async function stateOf(user: User | null): Promise<AuthState> {
  if (!user) return { state: 'signed_out' };
  const { claims } = await user.getIdTokenResult();
  const parsed = claimsSchema.safeParse({ role: claims['role'], teams: claims['teams'] ?? [] });
  const person = personOf(user);
  return parsed.success ? { state: 'staff', person, claims: parsed.data } : { state: 'no_role', person };
}

export function openAuth({ app, settings }: Backend): Auth {
  const auth = initializeAuth(app, {
    persistence: [indexedDBLocalPersistence, browserLocalPersistence],
    ...(settings.hasGoogleSignIn ? { popupRedirectResolver: browserPopupRedirectResolver } : {}),
  });
  if (settings.emulators) connectAuthEmulator(auth, `http://${settings.emulators.auth}`, { disableWarnings: true });
  return {
    watch: (onChange) => {
      let latest = 0;
      return onIdTokenChanged(auth, (user) => {
        latest += 1;
        const own = latest;
        void stateOf(user).then((state) => {
          // A slower answer about an earlier user says nothing any more.
          if (own === latest) onChange(state);
        });
      });
    },
    signIn: (email, password) => answered(signInWithEmailAndPassword(auth, email, password)),
    signInWithGoogle: () => answered(signInWithPopup(auth, new GoogleAuthProvider())),
    sendPasswordReset: (email) => answered(sendPasswordResetEmail(auth, email)),
    sendVerification: () => answered(auth.currentUser ? sendEmailVerification(auth.currentUser) : Promise.resolve()),
    refreshClaims: async () => {
      await auth.currentUser?.reload();
      await auth.currentUser?.getIdToken(true);
    },
    signOut: () => signOut(auth),
  };
}
