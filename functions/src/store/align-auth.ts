/**
 * Brings Auth to what the mirror in `users/` decided. Two changes at once may reach Auth in the other order than they were decided, so
 * whoever has written there looks at the mirror again. A call that dies before that, the sweep of users makes up for.
 */
import type { Claims } from '@switchboard/contract/user';
import { isDeepStrictEqual } from 'node:util';
import type { StaffDirectory, StaffUser } from './staff.ts';
import type { Mirrored, UserStore } from './users.ts';

interface Sides {
  readonly staff: StaffDirectory;
  readonly users: UserStore;
}

/** Makes the custom claims, which the rules read, what the mirror says. */
export function alignClaims({ staff, users }: Sides, uid: string): Promise<void> {
  return align(users, uid, (mirror) => staff.setClaims(uid, mirror && claimsOf(mirror)));
}

/** @param decided what holds where the mirror is gone by now: whoever has no role may be disabled too. */
export function alignDisabled({ staff, users }: Sides, uid: string, decided: boolean): Promise<void> {
  return align(users, uid, (mirror) => staff.setDisabled(uid, mirror?.disabled ?? decided));
}

async function align(users: UserStore, uid: string, write: (mirror: Mirrored | null) => Promise<void>): Promise<void> {
  let wanted = await users.read(uid);
  for (;;) {
    await write(wanted);
    const now = await users.read(uid);
    if (isDeepStrictEqual(wanted, now)) return;
    wanted = now;
  }
}

function claimsOf({ role, teams }: Mirrored): Claims {
  return { role, teams };
}

/**
 * What a mirror takes over from Auth. A new one takes over whether somebody may sign in, so that is read anew where there is none: from
 * then on nobody else decides it before this change does.
 */
export async function profileFor(staff: StaffDirectory, mirror: Mirrored | null, known: StaffUser): Promise<StaffUser> {
  return mirror ? known : ((await staff.findUser({ uid: known.uid })) ?? known);
}
