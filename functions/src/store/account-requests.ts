/**
 * The one transaction that routes or rejects an account request: request, account and, where one is pending, the request
 * it replaces. Writes nothing unless the request is still `queued`.
 */
import { accountRequestSchema, accountSchema, type Account } from '@switchboard/contract/account';
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { NewAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore, type Transaction } from 'firebase-admin/firestore';
import type { z } from 'zod';

const accountPart = accountSchema.pick({ name: true, team: true, status: true, desired: true, pendingRequest: true });

export interface RequestTransaction {
  /** As stored: untrusted. */
  readonly document: Record<string, unknown>;
  readAccount(accountId: string): Promise<z.infer<typeof accountPart> | null>;
  create(accountId: string, account: NewAccount): void;
  change(accountId: string, change: Partial<Account>, supersededId: string | null): Promise<void>;
  reject(error: ErrorInfo): void;
}

export interface AccountRequestStore {
  /** Runs `work` on the request if it is still `queued`; `settled` when it is gone or was settled before. */
  settle<T>(requestId: string, work: (request: RequestTransaction) => Promise<T>): Promise<T | 'settled'>;
}

export function createAccountRequestStore(db: Firestore): AccountRequestStore {
  return {
    settle: (requestId, work) =>
      db.runTransaction(async (tx) => {
        const document = (await tx.get(db.doc(paths.accountRequest(requestId)))).data();
        if (document?.['status'] !== 'queued') return 'settled';
        return work(requestTransaction(db, tx, requestId, document));
      }),
  };
}

function requestTransaction(
  db: Firestore,
  tx: Transaction,
  requestId: string,
  document: Record<string, unknown>,
): RequestTransaction {
  const ref = db.doc(paths.accountRequest(requestId));
  const updatedAt = FieldValue.serverTimestamp();
  const routed = (accountId: string) => tx.update(ref, { status: 'routed', accountId, error: null, updatedAt });
  return {
    document,

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

    reject(error) {
      tx.update(ref, { status: 'rejected', error, updatedAt });
    },
  };
}

/** The replaced request may be gone or done by now; only one that still waits is told that it was replaced. */
async function isRouted(db: Firestore, tx: Transaction, requestId: string): Promise<boolean> {
  const snapshot = await tx.get(db.doc(paths.accountRequest(requestId)));
  return snapshot.exists && accountRequestSchema.parse(snapshot.data()).status === 'routed';
}
