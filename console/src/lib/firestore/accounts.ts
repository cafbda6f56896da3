/** The accounts this person sees. */
import { accountSchema, type Account } from '@switchboard/contract/account';
import { teamsOf, useSession } from '../session.tsx';
import { followQuery, together, useLive, type Live, type Stored } from './live.ts';
import { accountsQuery } from './queries.ts';

/** By name; deleted ones are among them, because their threads stay. */
export function useAccounts(): Live<readonly Stored<Account>[]> {
  const { db, claims } = useSession();
  const teams = teamsOf(claims) ?? [null];
  const parts = teams.map((team) => followQuery(accountsQuery(db, team), accountSchema));
  return useLive(`accounts:${teams.join()}`, together(parts, byName));
}

function byName(lists: readonly (readonly Stored<Account>[])[]): readonly Stored<Account>[] {
  return lists.flat().sort((a, b) => a.name.localeCompare(b.name));
}
