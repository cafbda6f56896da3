/**
 * `users/{uid}` mirrors who is staff. The mirror is where a change of role is decided, because only a transaction can
 * tell whether somebody else is admin; the custom claims, which the rules read, follow it.
 */
import type { AuditAction } from '@switchboard/contract/audit';
import { paths } from '@switchboard/contract/paths';
import { userSchema, type Claims } from '@switchboard/contract/user';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit } from './audit.ts';
import { someAdmins } from './queries.ts';
import type { Profile } from './staff.ts';

const claimsPart = z.pick(userSchema, { role: true, teams: true });

export interface UserTransaction {
  /** What the mirror says the user is now. */
  readonly current: Claims | null;
  /** Whether anyone but this user is admin, and may sign in. */
  readonly hasOtherAdmin: boolean;
  /** Writes the mirror, and tells it in the audit log. */
  write(claims: Claims | null, profile: Profile, by: string, action?: UserAction): void;
}

type UserAction = Extract<AuditAction, `user.${string}`>;

export interface UserStore {
  change<T>(uid: string, work: (user: UserTransaction) => T): Promise<T>;
  read(uid: string): Promise<Claims | null>;
}

export function createUserStore(db: Firestore): UserStore {
  return {
    change: (uid, work) =>
      db.runTransaction(async (tx) => {
        const ref = db.doc(paths.user(uid));
        // One after the other: when a read loses against another transaction, a second one under way fails for good.
        const user = await tx.get(ref);
        const admins = await tx.get(someAdmins(db));
        return work({
          current: user.exists ? claimsPart.parse(user.data()) : null,
          hasOtherAdmin: admins.docs.some((admin) => admin.id !== uid && admin.get('disabled') !== true),
          write(claims, { email, displayName, disabled }, by, action = 'user.role') {
            const profile = { email, displayName, disabled };
            if (claims) tx.set(ref, { ...profile, ...claims, updatedAt: FieldValue.serverTimestamp(), updatedBy: by });
            else tx.delete(ref);
            const details = { role: claims?.role ?? null, teams: claims?.teams.join(' ') ?? null };
            addAudit(db, tx, { action, by, accountId: null, target: uid, details });
          },
        });
      }),

    async read(uid) {
      const user = await db.doc(paths.user(uid)).get();
      return user.exists ? claimsPart.parse(user.data()) : null;
    },
  };
}
