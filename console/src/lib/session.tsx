/** Who is signed in and what they work with, for every page below it. */
import type { Claims } from '@switchboard/contract/user';
import { createContext, use } from 'react';
import type { Auth, Person } from './auth/auth.ts';
import type { Call } from './firebase/functions.ts';
import type { Firestore } from './firestore/open.ts';

export interface Session {
  readonly person: Person;
  readonly claims: Claims;
  readonly db: Firestore;
  readonly call: Call;
  readonly auth: Auth;
}

export const SessionContext = createContext<Session | null>(null);

/** @throws outside of a signed-in page: that is a mistake in the routes. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('there is no session here');
  return session;
}

/** The teams whose documents this person may list; `null` means all. Lists are asked for team by team, as the rules want it. */
export function teamsOf({ role, teams }: Claims): readonly string[] | null {
  return role === 'admin' ? null : teams;
}

export function isManagement({ role }: Claims): boolean {
  return role !== 'agent';
}
