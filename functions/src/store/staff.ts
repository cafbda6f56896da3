/**
 * Who is staff and what they may see, read from Auth's custom claims: no Firestore read, and nothing a client can write.
 * Answers are kept for a minute. A refusal must not come from an old answer, so whoever refuses asks again with `fresh`.
 */
import { claimsSchema, type Claims } from '@switchboard/contract/user';
import type { Auth, UserRecord } from 'firebase-admin/auth';
import { isDeepStrictEqual } from 'node:util';
import { isDocumentId } from './document-id.ts';

const MAX_AGE_MS = 60_000;
const MAX_ENTRIES = 1_000;

export type StaffLookup =
  { readonly kind: 'staff'; readonly claims: Claims } | { readonly kind: 'no-role' } | { readonly kind: 'unknown' };

/** How a user is shown in lists. */
export interface Profile {
  readonly email: string | null;
  readonly displayName: string | null;
  readonly disabled: boolean;
}

export interface StaffUser extends Profile {
  readonly uid: string;
}

export interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly password?: string | undefined;
}

export type UserCreated =
  | { readonly kind: 'created'; readonly user: StaffUser }
  | { readonly kind: 'taken' }
  /** The project asks more of a password. */
  | { readonly kind: 'weak'; readonly detail: string };

export interface StaffDirectory {
  claimsOf(uid: string, freshness?: 'fresh'): Promise<StaffLookup>;
  /** Finds a user who may not be staff yet. */
  findUser(by: { uid: string } | { email: string }): Promise<StaffUser | null>;
  /** Replaces role and teams, if they are others, and leaves other custom claims alone; `null` takes both away. */
  setClaims(uid: string, claims: Claims | null): Promise<void>;
  createUser(user: NewUser): Promise<UserCreated>;
  /** A link by which its owner chooses a password: whoever has it can sign in. */
  passwordLink(email: string): Promise<string>;
  /** A disabled user cannot sign in, and is signed out as their tokens run out, within the hour. */
  setDisabled(uid: string, disabled: boolean): Promise<void>;
}

interface Kept {
  readonly lookup: StaffLookup;
  readonly untilMs: number;
}

export function createStaffDirectory(auth: Auth, nowMs: () => number): StaffDirectory {
  const kept = new Map<string, Kept>();

  function keep(uid: string, lookup: StaffLookup): void {
    kept.delete(uid);
    if (lookup.kind !== 'staff') return;
    kept.set(uid, { lookup, untilMs: nowMs() + MAX_AGE_MS });
    const oldest = kept.keys().next();
    if (kept.size > MAX_ENTRIES && !oldest.done) kept.delete(oldest.value);
  }

  return {
    async claimsOf(uid, freshness) {
      const known = kept.get(uid);
      if (known && freshness !== 'fresh' && nowMs() < known.untilMs) return known.lookup;
      const lookup = lookupOf(await findRecord(auth, { uid }));
      keep(uid, lookup);
      return lookup;
    },

    async findUser(by) {
      const record = await findRecord(auth, by);
      return record && userOf(record);
    },

    async setClaims(uid, claims) {
      const { customClaims = {} } = await auth.getUser(uid);
      const next: Record<string, unknown> = { ...customClaims };
      delete next['role'];
      delete next['teams'];
      Object.assign(next, claims);
      if (!isDeepStrictEqual(next, customClaims)) await auth.setCustomUserClaims(uid, next);
      kept.delete(uid);
    },

    async createUser({ password, ...profile }) {
      try {
        return { kind: 'created', user: userOf(await auth.createUser({ ...profile, ...(password && { password }) })) };
      } catch (error) {
        if (hasCode(error, 'auth/email-already-exists')) return { kind: 'taken' };
        if (!hasCode(error, 'auth/password-does-not-meet-requirements') && !hasCode(error, 'auth/invalid-password')) {
          throw error;
        }
        return { kind: 'weak', detail: error instanceof Error ? error.message : 'the project asks for a stronger one' };
      }
    },

    passwordLink: (email) => auth.generatePasswordResetLink(email),

    async setDisabled(uid, disabled) {
      const user = await auth.getUser(uid);
      if (user.disabled !== disabled) {
        // First: when this breaks off, the next look finds it undone.
        if (disabled) await auth.revokeRefreshTokens(uid);
        await auth.updateUser(uid, { disabled });
      }
      kept.delete(uid);
    },
  };
}

function userOf({ uid, email, displayName, disabled }: UserRecord): StaffUser {
  return { uid, email: email ?? null, displayName: displayName ?? null, disabled };
}

function lookupOf(record: UserRecord | null): StaffLookup {
  if (!record || record.disabled) return { kind: 'unknown' };
  const parsed = claimsSchema.safeParse(record.customClaims);
  return parsed.success ? { kind: 'staff', claims: parsed.data } : { kind: 'no-role' };
}

async function findRecord(auth: Auth, by: { uid: string } | { email: string }): Promise<UserRecord | null> {
  // Auth refuses malformed ids with an error of its own; for us they are simply nobody's.
  if ('uid' in by && (by.uid.length > 128 || !isDocumentId(by.uid))) return null;
  try {
    return await ('uid' in by ? auth.getUser(by.uid) : auth.getUserByEmail(by.email));
  } catch (error) {
    if (hasCode(error, 'auth/user-not-found')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
