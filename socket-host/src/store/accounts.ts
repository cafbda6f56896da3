/** The account document as its owner writes it: status, codes for linking, requests done. Plain functions, no policy. */
import {
  accountStatusSchema,
  canAccountMove,
  type Account,
  type AccountStatus,
  type StatusReason,
} from '@switchboard/contract/account';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type DocumentSnapshot, type Firestore } from 'firebase-admin/firestore';
import { asRead, undisturbed } from './undisturbed.ts';

type PlainFields = Pick<Account, 'waJid' | 'waLid' | 'pushName' | 'reconnectAttempts' | 'lastDisconnect'>;

export interface StatusChange {
  readonly status: AccountStatus;
  readonly statusReason: StatusReason | null;
  readonly fields: Partial<PlainFields>;
  /** Which moment this is, besides. Set only when something is written anyway. */
  readonly moment: 'lastConnectedAt' | 'lastDisconnectedAt' | null;
}

/** `refused`: the account has gone where this status cannot follow. `fenced`: a later lease owns the account. */
export type StatusWrite = 'written' | 'unchanged' | 'refused' | 'fenced';

/**
 * Writes a status if the account may take it from the one it has, and if it changes anything. Whoever takes the lease writes the
 * account too, so that the account is as it was read means that the lease is.
 */
export async function updateAccountStatus(
  db: Firestore,
  accountId: string,
  epoch: number,
  change: StatusChange,
): Promise<StatusWrite> {
  return undisturbed(async () => {
    const [snapshot, lease] = await db.getAll(db.doc(paths.account(accountId)), db.doc(paths.lease(accountId)));
    // A lease that was given back keeps its epoch and names nobody.
    if (lease?.exists && (Number(lease.get('epoch')) > epoch || lease.get('hostId') === null)) return 'fenced';
    if (!snapshot?.exists) return 'refused';
    // No more of it is read than is needed: a field that a newer version wrote must not keep the account from being shown as it is.
    const was = accountStatusSchema.safeParse(snapshot.get('status'));
    if (was.success && !canAccountMove(was.data, change.status)) return 'refused';
    if (isSame(snapshot, change)) return 'unchanged';
    const { status, statusReason, fields, moment } = change;
    const at = FieldValue.serverTimestamp();
    const written = { ...fields, status, statusReason, updatedAt: at, ...(moment && { [moment]: at }) };
    await snapshot.ref.update(written, asRead(snapshot));
    return 'written';
  });
}

function isSame(account: DocumentSnapshot, { status, statusReason, fields }: StatusChange): boolean {
  if (account.get('status') !== status || account.get('statusReason.code') !== statusReason?.code) return false;
  return Object.entries(fields).every(([name, value]) => JSON.stringify(account.get(name)) === JSON.stringify(value));
}

export interface LinkingCode {
  readonly qr: string | null;
  readonly qrDataUrl: string | null;
  readonly pairingCode: string | null;
  readonly expiresAtMs: number;
  readonly attempt: number;
}

export async function writeLinking(db: Firestore, accountId: string, code: LinkingCode): Promise<void> {
  const { expiresAtMs, ...shown } = code;
  await db.doc(paths.linking(accountId)).set({ ...shown, expiresAt: Timestamp.fromMillis(expiresAtMs) });
}

/** A code is a credential: it goes as soon as it is of no more use. */
export async function clearLinking(db: Firestore, accountId: string): Promise<void> {
  await db.doc(paths.linking(accountId)).delete();
}

/** Marks a request as acted on, and frees the account's slot unless a newer request took it. */
export function completeRequest(db: Firestore, accountId: string, requestId: string): Promise<void> {
  return settleRequest(db, accountId, requestId, { status: 'done' });
}

/** Says why a request cannot be acted on, and frees the account's slot likewise. */
export function rejectRequest(db: Firestore, accountId: string, requestId: string, error: ErrorInfo): Promise<void> {
  return settleRequest(db, accountId, requestId, { status: 'rejected', error });
}

async function settleRequest(
  db: Firestore,
  accountId: string,
  requestId: string,
  outcome: { readonly status: 'done' } | { readonly status: 'rejected'; readonly error: ErrorInfo },
): Promise<void> {
  await undisturbed(async () => {
    const [account, request] = await db.getAll(
      db.doc(paths.account(accountId)),
      db.doc(paths.accountRequest(requestId)),
    );
    const at = FieldValue.serverTimestamp();
    const batch = db.batch();
    const pending: unknown = account?.get('pendingRequest.id');
    if (account?.exists && pending === requestId) {
      batch.update(account.ref, { pendingRequest: null, updatedAt: at }, asRead(account));
    }
    if (request?.get('status') === 'routed') {
      batch.update(request.ref, { ...outcome, updatedAt: at }, asRead(request));
    }
    await batch.commit();
  });
}

/** Notes that WhatsApp has shown the account to be alive. */
export async function noteEvent(db: Firestore, accountId: string): Promise<void> {
  await db.doc(paths.account(accountId)).update({ lastEventAt: FieldValue.serverTimestamp() });
}
