/** A role given or taken is in force at once: tokens carry it for an hour, the mirror in `users` tells when it changed. */
import { paths } from '@switchboard/contract/paths';
import { userSchema } from '@switchboard/contract/user';
import { doc } from 'firebase/firestore';
import { useEffect } from 'react';
import { useSession } from '../session.tsx';
import { followDocument, useLive } from './live.ts';

export function useFreshClaims(): void {
  const { db, person, claims, auth } = useSession();
  const live = useLive(`user:${person.uid}`, followDocument(doc(db, paths.user(person.uid)), userSchema));
  const mirror = live.state === 'ready' && !live.isFromCache ? live.value : null;
  const told = mirror && [mirror.role, ...[...mirror.teams].sort()].join();
  const held = [claims.role, ...[...claims.teams].sort()].join();
  useEffect(() => {
    // Asked once for each answer: a mirror that is wrong must not keep the page asking.
    if (told !== null && told !== held) void auth.refreshClaims().catch(() => undefined);
  }, [auth, told, held]);
}
