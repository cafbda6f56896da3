/** What people set on an account themselves: how fast it may send, and that a hold is over. */
import { accountSchema } from '@switchboard/contract/account';
import type { Limits } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';

const accountPart = z.pick(accountSchema, { team: true, limits: true, hold: true, status: true, desired: true });

export interface SettingsTransaction {
  readonly account: z.infer<typeof accountPart>;
  readonly write: (fields: { readonly limits: Limits } | { readonly hold: null }, deed: Deed) => void;
}

/** Runs `work` on an account; `unknown` when there is none. */
export async function changeSettings<T>(
  db: Firestore,
  accountId: string,
  work: (settings: SettingsTransaction) => T | Promise<T>,
): Promise<T | 'unknown'> {
  if (!isDocumentId(accountId)) return 'unknown';
  return db.runTransaction(async (tx) => {
    const ref = db.doc(paths.account(accountId));
    const snapshot = await tx.get(ref);
    if (!snapshot.exists) return 'unknown';
    return work({
      account: accountPart.parse(snapshot.data()),
      write(fields, deed) {
        tx.update(ref, { ...fields, updatedAt: FieldValue.serverTimestamp() });
        addAudit(db, tx, deed);
      },
    });
  });
}
