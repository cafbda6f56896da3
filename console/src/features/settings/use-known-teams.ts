/** The teams there are, as far as this person knows: their own, or for an admin all that have a number or a colleague. */
import { DEFAULT_TEAM } from '@switchboard/contract/user';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import { valueOr } from '../../lib/firestore/live.ts';
import { useUsers } from '../../lib/firestore/users.ts';
import { teamsOf, useSession } from '../../lib/session.tsx';

export function useKnownTeams(): readonly string[] {
  const { claims } = useSession();
  const accounts = valueOr(useAccounts(), []);
  const users = valueOr(useUsers(), []);
  const own = teamsOf(claims);
  if (own !== null) return own;
  const all = new Set([...accounts.map(({ team }) => team), ...users.flatMap(({ teams }) => teams)]);
  all.delete(DEFAULT_TEAM);
  return [DEFAULT_TEAM, ...[...all].sort()];
}
