/**
 * The one transaction that routes or rejects an account request: request, account and, where one is pending, the request
 * it replaces. Writes nothing unless the request is still `queued`. What is routed is told in the audit log.
 */
import {
  accountRequestSchema,
  accountRequestTypeSchema,
  accountSchema,
  type Account,
  type AccountRequestInput,
} from '@switchboard/contract/account';
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { NewAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore, type Timestamp, type Transaction } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit } from './audit.ts';

const accountPart = z.pick(accountSchema, {
  name: true,
  team: true,
  status: true,
  desired: true,
  pendingRequest: true,
  lastRequestAt: true,
});

export interface RequestTransaction {
  /** As stored: untrusted. */
  readonly document: Record<string, unknown>;
  /** When it was written, or the call came: by Firestore's clock, whatever its author says. */
  readonly askedAt: Timestamp;
  readAccount(accountId: string): Promise<z.infer<typeof accountPart> | null>;
  create(accountId: string, account: NewAccount): void;
  change(accountId: string, change: Partial<Account>, supersededId: string | null): Promise<void>;
  reject(error: ErrorInfo, accountId: string | null): void;
}

export interface AccountRequestStore {
  /** Runs `work` on the request if it is still `queued`; `settled` when it is gone or was settled before. */
  settle<T>(requestId: string, work: (request: RequestTransaction) => Promise<T>): Promise<T | 'settled'>;
  /**
   * Runs `work` on a request that is asked by a call: its document is written as soon as it is routed. When one is there
   * already under this id, nothing is done and it is returned.
   */
  open<T>(
    requestId: string,
    asked: NewRequest,
    work: (request: RequestTransaction, input: AccountRequestInput) => Promise<T>,
  ): Promise<T | KnownRequest>;
}

/** What a call asks for; the rest of a request is the server's to add. */
export type NewRequest = Omit<AccountRequestInput, 'status' | 'createdAt'>;

const authored = z.extend(accountRequestSchema, { createdBy: z.string() });
/** A request that was made before. */
export type KnownRequest = z.infer<typeof authored>;

export function createAccountRequestStore(db: Firestore): AccountRequestStore {
  return {
    settle: (requestId, work) =>
      db.runTransaction(async (tx) => {
        const stored = await tx.get(db.doc(paths.accountRequest(requestId)));
        const [document, askedAt] = [stored.data(), stored.createTime];
        if (document?.['status'] !== 'queued' || !askedAt) return 'settled';
        return work(requestTransaction(db, tx, requestId, { document, askedAt, isStored: true }));
      }),

    open: (requestId, newRequest, work) =>
      db.runTransaction(async (tx) => {
        const known = await tx.get(db.doc(paths.accountRequest(requestId)));
        if (known.exists) return authored.parse(known.data());
        const askedAt = known.readTime;
        const request = requestTransaction(db, tx, requestId, { document: newRequest, askedAt, isStored: false });
        return work(request, { ...newRequest, status: 'queued', createdAt: askedAt });
      }),
  };
}

/** What is audited of a request; whoever routes it has read it as well-formed. */
const asked = z.object({ type: accountRequestTypeSchema, createdBy: z.string() });

function requestTransaction(
  db: Firestore,
  tx: Transaction,
  requestId: string,
  { document, askedAt, isStored }: Pick<RequestTransaction, 'document' | 'askedAt'> & { readonly isStored: boolean },
): RequestTransaction {
  const ref = db.doc(paths.accountRequest(requestId));
  const updatedAt = FieldValue.serverTimestamp();
  const routed = (accountId: string) => {
    const fields = { status: 'routed', accountId, error: null, updatedAt };
    if (isStored) tx.update(ref, fields);
    else tx.create(ref, { ...document, ...fields, createdAt: updatedAt });
    const { type, createdBy: by } = asked.parse(document);
    const deed = { action: `account.${type}` as const, by, accountId, target: requestId, details: {} };
    addAudit(db, tx, deed, `request_${requestId}`);
  };
  return {
    document,
    askedAt,

    async readAccount(accountId) {
      const snapshot = await tx.get(db.doc(paths.account(accountId)));
      return snapshot.exists ? accountPart.parse(snapshot.data()) : null;
    },

    create(accountId, account) {
      tx.create(db.doc(paths.account(accountId)), { ...account, createdAt: updatedAt, updatedAt });
      routed(accountId);
    },

    async change(accountId, change, supersededId) {
      const isPending = supersededId !== null && (await isRouted(db, tx, supersededId));
      if (isPending) {
        tx.update(db.doc(paths.accountRequest(supersededId)), {
          status: 'rejected',
          error: errorOf('superseded'),
          updatedAt,
        });
      }
      tx.update(db.doc(paths.account(accountId)), { ...change, updatedAt });
      routed(accountId);
    },

    reject(error, accountId) {
      tx.update(ref, { status: 'rejected', error, updatedAt, ...(accountId === null ? {} : { accountId }) });
    },
  };
}

/** The replaced request may be gone or done by now; only one that still waits is told that it was replaced. */
async function isRouted(db: Firestore, tx: Transaction, requestId: string): Promise<boolean> {
  const snapshot = await tx.get(db.doc(paths.accountRequest(requestId)));
  return snapshot.exists && accountRequestSchema.parse(snapshot.data()).status === 'routed';
}
