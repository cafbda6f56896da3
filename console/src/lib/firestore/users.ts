/** The colleagues: their names stand beside what they did. */
import { userSchema } from '@switchboard/contract/user';
import { useSession } from '../session.tsx';
import { followQuery, useLive, type Live, type Stored } from './live.ts';
import { usersQuery } from './queries.ts';

export type User = ReturnType<typeof userSchema.parse>;

export function useUsers(): Live<readonly Stored<User>[]> {
  const { db } = useSession();
  return useLive('users', followQuery(usersQuery(db), userSchema));
}

/** What a colleague is called: by uid, as documents name them. */
export function useUserNames(): (uid: string) => string {
  const { person } = useSession();
  const users = useUsers();
  return (uid) => {
    if (uid === person.uid) return person.name;
    const user = users.state === 'ready' ? users.value.find(({ id }) => id === uid) : undefined;
    return user?.displayName ?? user?.email ?? uid;
  };
}
