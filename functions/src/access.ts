/** Decides whether somebody may do what they ask for. */
import { errorOf, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { canSeeTeam, type Claims } from '@switchboard/contract/user';
import type { StaffDirectory } from './store/staff.ts';

export type Access = { readonly ok: true; readonly claims: Claims } | { readonly ok: false; readonly error: ErrorInfo };

/** Why claims do not suffice, or `null` when they do. */
export type Requirement = (claims: Claims) => ErrorInfo | null;

export async function authorise(staff: StaffDirectory, uid: string, require: Requirement): Promise<Access> {
  const remembered = await decide(staff, uid, require);
  return remembered.ok ? remembered : authoriseNow(staff, uid, require);
}

/** Asks Auth, whatever it answered a moment ago: for what goes on by itself, and for callers. */
export function authoriseNow(staff: StaffDirectory, uid: string, require: Requirement): Promise<Access> {
  return decide(staff, uid, require, 'fresh');
}

async function decide(staff: StaffDirectory, uid: string, require: Requirement, freshness?: 'fresh'): Promise<Access> {
  const lookup = await staff.claimsOf(uid, freshness);
  switch (lookup.kind) {
    case 'unknown':
      return { ok: false, error: errorOf('unknown_user', uid, 'createdBy') };
    case 'no-role':
      return { ok: false, error: errorOf('permission_denied', 'this user is not staff', 'createdBy') };
    case 'staff': {
      const error = require(lookup.claims);
      return error ? { ok: false, error } : { ok: true, claims: lookup.claims };
    }
  }
}

/** The signed-in user who calls, as their verified token names them. */
export interface Caller {
  readonly uid: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
}

/**
 * Lets a caller in, asking Auth and not their token: a token outlives a role by up to an hour.
 *
 * @throws Refusal. A caller names no author, so neither does the refusal.
 */
export async function admit(staff: StaffDirectory, caller: Caller | null, require: Requirement): Promise<Caller> {
  if (!caller) throw new Refusal(errorOf('unauthenticated'));
  const access = await authoriseNow(staff, caller.uid, require);
  if (access.ok) return caller;
  const { error } = access;
  throw new Refusal(error.field === 'createdBy' ? { ...error, field: null } : error);
}

export const anyStaff: Requirement = () => null;

/** @param what is kept from agents, as the end of "only admins and managers may ...". */
export function managementOnly(what: string): Requirement {
  return ({ role }) =>
    role === 'agent' ? errorOf('permission_denied', `only admins and managers may ${what}`, 'createdBy') : null;
}

/** @param field the input that named what belongs to the team. */
export function ofTeam(team: string, field: string, what = 'this account'): Requirement {
  return (claims) =>
    canSeeTeam(claims, team) ? null : errorOf('permission_denied', `${what} belongs to team "${team}"`, field);
}

export function both(first: Requirement, second: Requirement): Requirement {
  return (claims) => first(claims) ?? second(claims);
}
