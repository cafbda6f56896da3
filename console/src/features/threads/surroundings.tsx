/** What every part of the thread pages needs to name things: the accounts and the colleagues, read once. */
import type { Account } from '@switchboard/contract/account';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import type { Live, Stored } from '../../lib/firestore/live.ts';
import { useUsers, type User } from '../../lib/firestore/users.ts';
import { useSession } from '../../lib/session.tsx';

interface Surroundings {
  readonly accounts: Live<readonly Stored<Account>[]>;
  readonly accountOf: (accountId: string) => Stored<Account> | undefined;
  readonly users: readonly Stored<User>[];
  /** What a colleague is called, by uid. */
  readonly nameOf: (uid: string) => string;
}

const SurroundingsContext = createContext<Surroundings | null>(null);

export function WithSurroundings({ children }: { readonly children: ReactNode }) {
  const { person } = useSession();
  const accounts = useAccounts();
  const live = useUsers();
  const value = useMemo((): Surroundings => {
    const known = new Map((accounts.state === 'ready' ? accounts.value : []).map((one) => [one.id, one]));
    const users = live.state === 'ready' ? live.value : [];
    const names = new Map(users.map(({ id, displayName, email }) => [id, displayName ?? email ?? id]));
    return {
      accounts,
      accountOf: (accountId) => known.get(accountId),
      users,
      nameOf: (uid) => names.get(uid) ?? (uid === person.uid ? person.name : uid),
    };
  }, [accounts, live, person]);
  return <SurroundingsContext value={value}>{children}</SurroundingsContext>;
}

/** @throws outside of the thread pages. */
export function useSurroundings(): Surroundings {
  const surroundings = use(SurroundingsContext);
  if (!surroundings) throw new Error('there are no surroundings here');
  return surroundings;
}
