/** Staff as the settings page keeps them: colleagues are let in, and locked out. Admins only. */
import {
  createUserInputSchema,
  setUserDisabledInputSchema,
  type CreateUserOutput,
  type SetUserDisabledOutput,
} from '@switchboard/contract/callables';
import { errorOf, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { admit, type Caller, type Requirement } from '../access.ts';
import { deedDone, type Log } from '../log-events.ts';
import { alignClaims, alignDisabled, profileFor } from '../store/align-auth.ts';
import type { NewUser, StaffDirectory, StaffUser } from '../store/staff.ts';
import type { UserStore, UserTransaction } from '../store/users.ts';
import { readInput } from './input.ts';

export interface UsersDeps {
  readonly staff: StaffDirectory;
  readonly users: UserStore;
  readonly log: Log;
}

const adminsOnly: Requirement = ({ role }) =>
  role === 'admin' ? null : errorOf('permission_denied', 'only admins may change users', 'createdBy');

/** @throws Refusal with what is wrong, for whoever asked. */
export async function createUser(deps: UsersDeps, caller: Caller | null, data: unknown): Promise<CreateUserOutput> {
  const { uid: by } = await admit(deps.staff, caller, adminsOnly);
  const { role, teams, ...given } = readInput(createUserInputSchema, data);
  const user = await addToAuth(deps.staff, given);
  await deps.users.change(user.uid, async (change) => {
    change.setClaims({ role, teams }, await profileFor(deps.staff, change.current, user), by, 'user.create');
  });
  await alignClaims(deps, user.uid);
  deedDone(deps.log, 'user.create', by, user.uid);
  const passwordResetLink = given.password === undefined ? await deps.staff.passwordLink(given.email) : null;
  return { uid: user.uid, passwordResetLink };
}

async function addToAuth(staff: StaffDirectory, given: NewUser): Promise<StaffUser> {
  const created = await staff.createUser(given);
  switch (created.kind) {
    case 'created':
      return created.user;
    case 'taken':
      throw new Refusal(errorOf('email_taken', 'give them a role instead', 'email'));
    case 'weak':
      throw new Refusal(errorOf('weak_password', created.detail, 'password'));
  }
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function setUserDisabled(
  deps: UsersDeps,
  caller: Caller | null,
  data: unknown,
): Promise<SetUserDisabledOutput> {
  const { uid: by } = await admit(deps.staff, caller, adminsOnly);
  const { uid, disabled } = readInput(setUserDisabledInputSchema, data);
  if (uid === by) throw new Refusal(errorOf('permission_denied', 'nobody locks themself out or in', 'uid'));
  if (!(await deps.staff.findUser({ uid }))) throw new Refusal(errorOf('unknown_user', uid, 'uid'));
  const error = await deps.users.change(uid, (change) => decideAndWrite(change, uid, disabled, by));
  if (error) throw new Refusal(error);
  await alignDisabled(deps, uid, disabled);
  deedDone(deps.log, disabled ? 'user.disable' : 'user.enable', by, uid);
  return { uid, disabled };
}

function decideAndWrite(change: UserTransaction, uid: string, disabled: boolean, by: string): ErrorInfo | null {
  const { current, hasOtherAdmin } = change;
  if (!current) return errorOf('unknown_user', `${uid} is not staff`, 'uid');
  if (disabled && current.role === 'admin' && !hasOtherAdmin) {
    return errorOf('permission_denied', 'the last admin cannot be removed', 'uid');
  }
  change.setDisabled(disabled, by);
  return null;
}
