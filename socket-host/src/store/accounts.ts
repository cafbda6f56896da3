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
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { isLostRace } from './firestore.ts';
import { isTenureOver, underLease, type Tenure, type UnderLease } from './under-lease.ts';
import { asRead, undisturbed, unlessChanged, type KnownVersion } from './undisturbed.ts';

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

/** An account as it was when it was last written, and that version. */
export interface KnownAccount {
  readonly account: Account;
  readonly version: KnownVersion;
}

/**
 * Writes a status if the account may take it from the one it has, and if it changes anything. Whoever takes the lease writes the
 * account too, so that the account is as it was read means that the lease is.
 *
 * @param known as the account was written with the lease: while it is, nothing has to be read.
 */
export async function updateAccountStatus(
  db: Firestore,
  accountId: string,
  epoch: number,
  change: StatusChange,
  known: KnownAccount | null = null,
): Promise<StatusWrite> {
  const asKnown = known && (await writeKnown(db, accountId, change, known));
  if (asKnown) return asKnown;
  return undisturbed(async () => {
    const [snapshot, lease] = await db.getAll(db.doc(paths.account(accountId)), db.doc(paths.lease(accountId)));
    if (lease && isTenureOver(lease, { accountId, epoch })) return 'fenced';
    if (!snapshot?.exists) return 'refused';
    // No more of it is read than is needed: a field that a newer version wrote must not keep the account from being shown as it is.
    const was = accountStatusSchema.safeParse(snapshot.get('status'));
    if (was.success && !canAccountMove(was.data, change.status)) return 'refused';
    if (isSame((path) => snapshot.get(path), change)) return 'unchanged';
    await snapshot.ref.update(fieldsOf(change), asRead(snapshot));
    return 'written';
  });
}

/** @returns `null` when it has to be read first: it changed since, or may not become this from what it was. */
async function writeKnown(
  db: Firestore,
  accountId: string,
  change: StatusChange,
  { account, version }: KnownAccount,
): Promise<StatusWrite | null> {
  if (!canAccountMove(account.status, change.status)) return null;
  const held = new Map<string, unknown>([
    ...Object.entries(account),
    ['statusReason.code', account.statusReason?.code],
  ]);
  if (isSame((path) => held.get(path), change)) return 'unchanged';
  try {
    await db.doc(paths.account(accountId)).update(fieldsOf(change), { lastUpdateTime: version });
    return 'written';
  } catch (error) {
    if (isLostRace(error)) return null;
    throw error;
  }
}

function fieldsOf({ status, statusReason, fields, moment }: StatusChange): Record<string, unknown> {
  const at = FieldValue.serverTimestamp();
  return { ...fields, status, statusReason, updatedAt: at, ...(moment && { [moment]: at }) };
}

/** @param was what the account holds, by the path of a field. */
function isSame(was: (path: string) => unknown, { status, statusReason, fields }: StatusChange): boolean {
  if (was('status') !== status || was('statusReason.code') !== statusReason?.code) return false;
  return Object.entries(fields).every(([name, value]) => JSON.stringify(was(name)) === JSON.stringify(value));
}

export interface LinkingCode {
  readonly qr: string | null;
  readonly qrDataUrl: string | null;
  readonly pairingCode: string | null;
  readonly expiresAtMs: number;
  readonly attempt: number;
}

/**
 * Shows a code, unless the account is not ours any more.
 *
 * @param shown the code we show already, as we wrote it: while it is there, nothing has to be read, for whoever takes the account removes it.
 * @returns the version of what was written; `null` when nothing was.
 */
export async function writeLinking(
  db: Firestore,
  tenure: Tenure,
  { expiresAtMs, ...code }: LinkingCode,
  shown: KnownVersion | null = null,
): Promise<KnownVersion | null> {
  const reference = db.doc(paths.linking(tenure.accountId));
  const fields = { ...code, expiresAt: Timestamp.fromMillis(expiresAtMs) };
  const version = shown && (await unlessChanged(reference.update(fields, { lastUpdateTime: shown })));
  if (version) return version.writeTime;
  const result = await underLease(db, tenure, [], (batch) => {
    batch.set(reference, fields);
    return true;
  });
  return result.became === 'written' ? result.version : null;
}

/**
 * A code is a credential: it goes as soon as it is of no more use.
 *
 * @param shown the code as we wrote it. Any other is not ours to remove.
 */
export async function clearLinking(db: Firestore, accountId: string, shown: KnownVersion): Promise<void> {
  await unlessChanged(db.doc(paths.linking(accountId)).delete({ lastUpdateTime: shown }));
}

/** Marks a request as acted on, and frees the account's slot unless a newer request took it. Does nothing once the account is another's. */
export function completeRequest(db: Firestore, tenure: Tenure, requestId: string): Promise<UnderLease> {
  return settleRequest(db, tenure, requestId, { status: 'done' });
}

/** Says why a request cannot be acted on, and frees the account's slot likewise. */
export function rejectRequest(db: Firestore, tenure: Tenure, requestId: string, error: ErrorInfo): Promise<UnderLease> {
  return settleRequest(db, tenure, requestId, { status: 'rejected', error });
}

function settleRequest(
  db: Firestore,
  tenure: Tenure,
  requestId: string,
  outcome: { readonly status: 'done' } | { readonly status: 'rejected'; readonly error: ErrorInfo },
): Promise<UnderLease> {
  const read = [db.doc(paths.account(tenure.accountId)), db.doc(paths.accountRequest(requestId))];
  return underLease(db, tenure, read, (batch, [account, request]) => {
    const updatedAt = FieldValue.serverTimestamp();
    const isPending = account?.exists === true && account.get('pendingRequest.id') === requestId;
    const isRouted = request?.get('status') === 'routed';
    if (isPending) batch.update(account.ref, { pendingRequest: null, updatedAt }, asRead(account));
    if (isRouted) batch.update(request.ref, { ...outcome, updatedAt }, asRead(request));
    return isPending || isRouted;
  });
}

/**
 * Notes when WhatsApp has shown the account to be alive, and when a message last went in or out, if that is to be noted.
 *
 * @param known the account as our last note left it: while nobody has written it since, nothing has to be read.
 * @returns the version of what was written; `null` when the account is not ours any more.
 */
export async function noteLife(
  db: Firestore,
  tenure: Tenure,
  { eventAtMs, messageAtMs }: { readonly eventAtMs: number; readonly messageAtMs: number | null },
  known: KnownVersion | null = null,
): Promise<KnownVersion | null> {
  const [account, lease] = [db.doc(paths.account(tenure.accountId)), db.doc(paths.lease(tenure.accountId))];
  const fields = {
    lastEventAt: Timestamp.fromMillis(eventAtMs),
    ...(messageAtMs !== null && { lastMessageAt: Timestamp.fromMillis(messageAtMs) }),
  };
  const noted = known && (await unlessChanged(account.update(fields, { lastUpdateTime: known })));
  if (noted) return noted.writeTime;
  return undisturbed(async () => {
    const [stored, held] = await db.getAll(account, lease);
    if (!stored?.exists || !held || isTenureOver(held, tenure)) return null;
    return (await account.update(fields, asRead(stored))).writeTime;
  });
}
