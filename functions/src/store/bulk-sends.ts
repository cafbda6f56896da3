/** Bulk sends as people make and steer them. What hands recipients over is in `bulk-progress.ts`. */
import { accountSchema } from '@switchboard/contract/account';
import {
  bulkSendSchema,
  NO_COUNTS,
  type BulkCounts,
  type BulkRecipient,
  type BulkSend,
  type BulkState,
} from '@switchboard/contract/bulk';
import { bulkRecipientIdOf, optOutIdOf } from '@switchboard/contract/ids';
import { DEFAULT_LIMITS, limitsSchema, type Limits } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';

const accountPart = z.extend(z.pick(accountSchema, { team: true, phoneE164: true, status: true, desired: true }), {
  // An account whose limits cannot be read goes at the usual pace.
  limits: z.catch(limitsSchema, DEFAULT_LIMITS),
});

export type NewRecipient = Pick<BulkRecipient, 'position' | 'phoneE164' | 'variables'>;

export interface BulkAccount {
  readonly team: string;
  readonly phoneE164: string;
  readonly isDeleted: boolean;
  readonly limits: Limits;
}

export interface BulkTransaction {
  readonly bulk: BulkSend;
  readonly countRecipients: () => Promise<number>;
  readonly addRecipients: (recipients: readonly NewRecipient[]) => void;
  /** @param by who steers it. */
  readonly setState: (state: BulkState, counts: BulkCounts, by: string) => void;
  readonly audit: (deed: Deed) => void;
}

export async function readBulkAccount(db: Firestore, accountId: string): Promise<BulkAccount | null> {
  if (!isDocumentId(accountId)) return null;
  const snapshot = await db.doc(paths.account(accountId)).get();
  if (!snapshot.exists) return null;
  const { status, desired, ...account } = accountPart.parse(snapshot.data());
  return { ...account, isDeleted: status === 'deleted' || desired === 'deleted' };
}

/** @returns the bulk send that was there under this id before, or `null` when it is new. */
export async function createBulk(
  db: Firestore,
  bulkId: string,
  fields: Pick<BulkSend, 'accountId' | 'team' | 'name' | 'template' | 'createdBy'>,
  deed: Deed,
): Promise<BulkSend | null> {
  return db.runTransaction(async (tx) => {
    const ref = db.doc(paths.bulkSend(bulkId));
    const known = await tx.get(ref);
    if (known.exists) return bulkSendSchema.parse(known.data());
    const at = FieldValue.serverTimestamp();
    const rest = { state: 'draft', counts: NO_COUNTS, sentBy: null, error: null, startedAt: null, endedAt: null };
    tx.create(ref, { ...fields, ...rest, createdAt: at, updatedAt: at });
    addAudit(db, tx, deed);
    return null;
  });
}

/** Runs `work` on a bulk send; `unknown` when there is none. */
export async function changeBulk<T>(
  db: Firestore,
  bulkId: string,
  work: (bulk: BulkTransaction) => Promise<T>,
): Promise<T | 'unknown'> {
  return db.runTransaction(async (tx) => {
    const ref = db.doc(paths.bulkSend(bulkId));
    const snapshot = await tx.get(ref);
    if (!snapshot.exists) return 'unknown';
    const at = FieldValue.serverTimestamp();
    return work({
      bulk: bulkSendSchema.parse(snapshot.data()),
      countRecipients: async () => (await tx.get(db.collection(paths.bulkRecipients(bulkId)).count())).data().count,
      addRecipients(recipients) {
        for (const recipient of recipients) {
          const id = bulkRecipientIdOf(bulkId, recipient.phoneE164);
          tx.set(db.doc(paths.bulkRecipient(bulkId, id)), {
            ...recipient,
            state: 'waiting',
            error: null,
            updatedAt: at,
          });
        }
        // Whoever starts it at the same moment sees these or comes first.
        tx.update(ref, { updatedAt: at });
      },
      setState(state, counts, by) {
        const started = state === 'running' ? { startedAt: at, sentBy: by } : {};
        tx.update(ref, { state, counts, error: null, updatedAt: at, ...started });
      },
      audit: (deed) => {
        addAudit(db, tx, deed);
      },
    });
  });
}

/** Which of these numbers have asked the account not to write to them. */
export async function readOptedOut(
  db: Firestore,
  accountId: string,
  phones: readonly string[],
): Promise<ReadonlySet<string>> {
  const [first, ...rest] = phones.map((phone) => db.doc(paths.optOut(optOutIdOf(accountId, phone))));
  if (!first) return new Set();
  const found = await db.getAll(first, ...rest, { fieldMask: ['accountId'] });
  return new Set(phones.filter((_, index) => found[index]?.exists === true));
}
