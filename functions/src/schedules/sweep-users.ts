/**
 * Brings Auth to what was decided of users lately, each minute: a call that died between the mirror and Auth has left them apart, and
 * where it took a role away nobody would see that.
 */
import { sweepBroke, type Log } from '../log-events.ts';
import { alignClaims, alignDisabled } from '../store/align-auth.ts';
import type { StaffDirectory } from '../store/staff.ts';
import type { UserStore } from '../store/users.ts';

/** A call lives for a minute, ms. Not for much longer: what is changed in Auth by hand meanwhile is changed back. */
const LATELY_MS = 5 * 60_000;

export interface UserSweepDeps {
  readonly staff: StaffDirectory;
  readonly users: UserStore;
  readonly nowMs: () => number;
  readonly log: Log;
}

export async function sweepUsers(deps: UserSweepDeps): Promise<void> {
  const roles = new Set<string>();
  const disabled = new Map<string, boolean>();
  for await (const { action, target } of deps.users.changesSince(deps.nowMs() - LATELY_MS)) {
    if (action === 'user.disable' || action === 'user.enable') disabled.set(target, action === 'user.disable');
    else roles.add(target);
  }
  // One user who cannot be brought along must not keep the sweep from the others.
  const tellOf = (uid: string) => (error: unknown) => {
    sweepBroke(deps.log, 'users', uid, error);
  };
  for (const uid of roles) await alignClaims(deps, uid).catch(tellOf(uid));
  for (const [uid, decided] of disabled) await alignDisabled(deps, uid, decided).catch(tellOf(uid));
}
