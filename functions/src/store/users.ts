/**
 * `users/{uid}` mirrors who is staff. The mirror is where it is decided who has which role and who may sign in, because only a
 * transaction can tell whether somebody else is admin; Auth follows it (`align-auth.ts`). A change writes what it decides and leaves the
 * rest as it is in the mirror: what Auth says may be older.
 */
import type { AuditAction } from '@switchboard/contract/audit';
import { paths } from '@switchboard/contract/paths';
import { userSchema, type Claims } from '@switchboard/contract/user';
import {
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit } from './audit.ts';
import { auditSince, someAdmins } from './queries.ts';
import type { Profile } from './staff.ts';
import { pagesOf } from './sweeping.ts';

const decidedPart = z.pick(userSchema, { role: true, teams: true, disabled: true });
/** What the mirror decides of a user. */
export type Mirrored = z.infer<typeof decidedPart>;

const USER_ACTIONS = ['user.create', 'user.disable', 'user.enable', 'user.role'] as const satisfies AuditAction[];
const changePart = z.object({ action: z.enum(USER_ACTIONS), target: z.string() });
/** One that was decided, as the audit log tells it; `target` is whose. */
export type UserChange = z.infer<typeof changePart>;

/** Each write leaves an entry in the audit log. */
interface UserWrites {
  /** Gives role and teams; `null` takes them away, and the mirror with them. Of the profile, `disabled` counts for a new mirror only. */
  setClaims(claims: Claims | null, profile: Profile, by: string, action?: 'user.role' | 'user.create'): void;
  /** Of somebody who has a mirror. */
  setDisabled(disabled: boolean, by: string): void;
}

export interface UserTransaction extends UserWrites {
  /** What the mirror says the user is now. */
  readonly current: Mirrored | null;
  /** Whether anyone but this user is admin, and may sign in. */
  readonly hasOtherAdmin: boolean;
}

export interface UserStore {
  change<T>(uid: string, work: (user: UserTransaction) => T | Promise<T>): Promise<T>;
  read(uid: string): Promise<Mirrored | null>;
  /** What was decided since a moment, in order; also of those who have no mirror any more. */
  changesSince(sinceMs: number): AsyncIterable<UserChange>;
}

export function createUserStore(db: Firestore): UserStore {
  return {
    change: (uid, work) =>
      db.runTransaction(async (tx) => {
        const ref = db.doc(paths.user(uid));
        // One after the other: when a read loses against another transaction, a second one under way fails for good.
        const current = mirroredIn(await tx.get(ref));
        const admins = await tx.get(someAdmins(db));
        const hasOtherAdmin = admins.docs.some((admin) => admin.id !== uid && admin.get('disabled') !== true);
        return work({ current, hasOtherAdmin, ...userWrites(db, tx, ref, current) });
      }),

    read: async (uid) => mirroredIn(await db.doc(paths.user(uid)).get()),

    async *changesSince(sinceMs) {
      for await (const entry of pagesOf(auditSince(db, sinceMs), ['action', 'target', 'at'])) {
        const change = changePart.safeParse(entry.data());
        if (change.success) yield change.data;
      }
    },
  };
}

function mirroredIn(user: DocumentSnapshot): Mirrored | null {
  return user.exists ? decidedPart.parse(user.data()) : null;
}

function userWrites(db: Firestore, tx: Transaction, ref: DocumentReference, current: Mirrored | null): UserWrites {
  const written = (by: string) => ({ updatedAt: FieldValue.serverTimestamp(), updatedBy: by });
  const tell = (action: UserChange['action'], by: string, claims: Claims | null) => {
    const details = { role: claims?.role ?? null, teams: claims?.teams.join(' ') ?? null };
    addAudit(db, tx, { action, by, accountId: null, target: ref.id, details });
  };
  return {
    setClaims(claims, { email, displayName, disabled }, by, action = 'user.role') {
      const profile = { email, displayName, disabled: current?.disabled ?? disabled };
      if (claims) tx.set(ref, { ...profile, ...claims, ...written(by) });
      else tx.delete(ref);
      tell(action, by, claims);
    },

    setDisabled(disabled, by) {
      tx.update(ref, { disabled, ...written(by) });
      tell(disabled ? 'user.disable' : 'user.enable', by, current);
    },
  };
}
