/** Decides whether the author of a document may ask for what it asks. */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { Claims } from '@switchboard/contract/user';
import type { StaffDirectory } from './store/staff.ts';

export type Access = { readonly ok: true; readonly claims: Claims } | { readonly ok: false; readonly error: ErrorInfo };

/** Why claims do not suffice, or `null` when they do. */
export type Requirement = (claims: Claims) => ErrorInfo | null;

export async function authorise(staff: StaffDirectory, uid: string, require: Requirement): Promise<Access> {
  const remembered = await decide(staff, uid, require);
  return remembered.ok ? remembered : decide(staff, uid, require, 'fresh');
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
