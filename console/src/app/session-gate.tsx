/** From a page that knows nobody to a signed-in one: sign-in, "no role yet", or the pages with a session around them. */
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import type { Auth, AuthState } from '../lib/auth/auth.ts';
import type { Backend } from '../lib/firebase/app.ts';
import { openCalls } from '../lib/firebase/functions.ts';
import { closeFirestore, openFirestore } from '../lib/firestore/open.ts';
import { SessionContext, type Session } from '../lib/session.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { StartingPage } from './starting-page.tsx';

/** Seen once in a colleague's life. */
const NoRolePage = lazy(() => import('./no-role-page.tsx').then((file) => ({ default: file.NoRolePage })));

interface SessionGateProps {
  readonly backend: Backend;
  readonly auth: Auth;
  readonly children: ReactNode;
}

export function SessionGate({ backend, auth, children }: SessionGateProps) {
  const [state, setState] = useState<AuthState>({ state: 'starting' });
  useEffect(() => auth.watch(setState), [auth]);
  switch (state.state) {
    case 'starting':
      return <StartingPage />;
    case 'signed_out':
      return <SignInPage auth={auth} settings={backend.settings} />;
    case 'no_role':
      return (
        <Suspense fallback={<StartingPage />}>
          <NoRolePage auth={auth} backend={backend} person={state.person} />
        </Suspense>
      );
    case 'staff':
      return (
        <SignedIn key={state.person.uid} backend={backend} auth={auth} state={state}>
          {children}
        </SignedIn>
      );
  }
}

type Staff = Extract<AuthState, { state: 'staff' }>;

/** Firestore is open for exactly as long as one person is signed in: nobody sees what another left on this computer. */
function SignedIn({ backend, auth, state, children }: SessionGateProps & { readonly state: Staff }) {
  const [session, setSession] = useState<Session | null>(null);
  const { person, claims } = state;
  useEffect(() => {
    const db = openFirestore(backend);
    setSession({ person, claims, db, call: openCalls(backend), auth });
    return () => {
      void closeFirestore(db);
    };
    // Another person is another component; a fresh token of the same one must not close what is open.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [backend, auth, person.uid]);
  if (!session) return <StartingPage />;
  return <SessionContext value={{ ...session, person, claims }}>{children}</SessionContext>;
}
