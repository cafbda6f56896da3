/**
 * Gives a staff member a role or takes it away. Admins do; the very first admin makes themself one, once, by owning the
 * address the deployment was configured with. The last admin stays admin, or nobody could ever let anyone in again.
 */
import { setUserRoleInputSchema, type SetUserRoleInput, type SetUserRoleOutput } from '@switchboard/contract/callables';
import { errorOf, errorOfIssues, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { DEFAULT_TEAM, type Claims } from '@switchboard/contract/user';
import type { Caller } from '../access.ts';
import { userRoleSet, type Log } from '../log-events.ts';
import { alignClaims, alignDisabled, profileFor } from '../store/align-auth.ts';
import type { StaffDirectory, StaffUser } from '../store/staff.ts';
import type { UserStore, UserTransaction } from '../store/users.ts';

export interface SetUserRoleDeps {
  readonly staff: StaffDirectory;
  readonly users: UserStore;
  /** Lower case; empty when nobody may become admin this way. */
  readonly bootstrapAdminEmail: string;
  readonly log: Log;
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function setUserRole(
  deps: SetUserRoleDeps,
  caller: Caller | null,
  data: unknown,
): Promise<SetUserRoleOutput> {
  if (!caller) throw new Refusal(errorOf('unauthenticated'));
  const parsed = setUserRoleInputSchema.safeParse(data);
  if (!parsed.success) throw new Refusal(errorOfIssues(parsed.error));
  const input = parsed.data;

  const isAdmin = await isAdminNow(deps.staff, caller);
  if (!isAdmin && !isBootstrapCaller(deps, caller)) {
    throw new Refusal(errorOf('permission_denied', 'only admins may change roles'));
  }
  const target = await deps.staff.findUser(input.uid === undefined ? { email: input.email ?? '' } : { uid: input.uid });
  if (!target) throw new Refusal(unknownUser(input));
  if (!isAdmin && (target.uid !== caller.uid || input.role !== 'admin')) {
    throw new Refusal(errorOf('permission_denied', 'the first admin may only make themself admin'));
  }

  const before = { isLockedOut: false };
  const outcome = await deps.users.change(target.uid, async (user) => {
    before.isLockedOut = user.current?.disabled ?? false;
    return decideAndWrite(user, input, await profileFor(deps.staff, user.current, target), caller, isAdmin);
  });
  if ('code' in outcome) throw new Refusal(outcome);
  await alignAuth(deps, target.uid, before.isLockedOut);
  userRoleSet(deps.log, target.uid, input.role, caller.uid, !isAdmin);
  return outcome;
}

async function alignAuth(deps: SetUserRoleDeps, uid: string, wasLockedOut: boolean): Promise<void> {
  await alignClaims(deps, uid);
  // Auth may not have heard of it, and where the mirror goes nothing else tells whoever makes the next one.
  if (wasLockedOut) await alignDisabled(deps, uid, true);
}

/** Asked of Auth, not of the caller's token: a token outlives a role by up to an hour. */
async function isAdminNow(staff: StaffDirectory, caller: Caller): Promise<boolean> {
  const lookup = await staff.claimsOf(caller.uid, 'fresh');
  return lookup.kind === 'staff' && lookup.claims.role === 'admin';
}

function isBootstrapCaller({ bootstrapAdminEmail }: SetUserRoleDeps, caller: Caller): boolean {
  return bootstrapAdminEmail !== '' && caller.isEmailVerified && caller.email?.toLowerCase() === bootstrapAdminEmail;
}

function decideAndWrite(
  user: UserTransaction,
  input: SetUserRoleInput,
  target: StaffUser,
  caller: Caller,
  isAdmin: boolean,
): SetUserRoleOutput | ErrorInfo {
  const error = refusalByAdmins(user, input.role, isAdmin);
  if (error) return error;
  const { role } = input;
  const claims: Claims | null = role && { role, teams: input.teams ?? user.current?.teams ?? [DEFAULT_TEAM] };
  user.setClaims(claims, target, caller.uid);
  return { uid: target.uid, role, teams: claims?.teams ?? [] };
}

/** There is always an admin once there was one, and only while there is none does the first one appoint themself. */
function refusalByAdmins(user: UserTransaction, role: SetUserRoleInput['role'], isAdmin: boolean): ErrorInfo | null {
  // Only others count: a bootstrap that broke off before the claims were set can be asked for again.
  if (!isAdmin && user.hasOtherAdmin) return errorOf('permission_denied', 'there is an admin already: ask them');
  const isLastAdmin = user.current?.role === 'admin' && !user.hasOtherAdmin;
  if (isLastAdmin && role !== 'admin') return errorOf('permission_denied', 'the last admin cannot be removed', 'role');
  return null;
}

function unknownUser({ uid, email }: SetUserRoleInput): ErrorInfo {
  return errorOf('unknown_user', uid ?? email ?? '', uid === undefined ? 'email' : 'uid');
}
