/** Brings the custom claims, which the rules read, to what the mirror in `users/` decided. */
import type { Claims } from '@switchboard/contract/user';
import type { StaffDirectory } from '../store/staff.ts';
import type { UserStore } from '../store/users.ts';

interface Sides {
  readonly staff: StaffDirectory;
  readonly users: UserStore;
}

/**
 * Makes the claims what the mirror says. Two changes at once may set claims in the other order than they decided, so
 * whoever sets them looks again afterwards.
 */
export async function alignClaims({ staff, users }: Sides, uid: string): Promise<void> {
  let wanted = await users.read(uid);
  for (;;) {
    await staff.setClaims(uid, wanted);
    const now = await users.read(uid);
    if (isSame(wanted, now)) return;
    wanted = now;
  }
}

function isSame(a: Claims | null, b: Claims | null): boolean {
  return a?.role === b?.role && a?.teams.join() === b?.teams.join();
}
