/** Adds entries to the audit log, in the commit that carries out what they tell of. */
import type { AuditEntry } from '@switchboard/contract/audit';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore, type Transaction } from 'firebase-admin/firestore';

export type Deed = Omit<AuditEntry, 'at'>;

/** @param auditId where the same deed may be carried out twice, an id that makes it one entry. */
export function addAudit(db: Firestore, tx: Transaction, deed: Deed, auditId?: string): void {
  const ref = auditId === undefined ? db.collection(COLLECTIONS.auditLog).doc() : db.doc(paths.audit(auditId));
  tx.set(ref, { ...deed, at: FieldValue.serverTimestamp() });
}
