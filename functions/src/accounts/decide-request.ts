/**
 * Decides what an account request changes, given the account as it is. Pure.
 *
 * The function only ever writes `connecting`, and only over a status at rest: while a socket lives (connecting,
 * qr_ready, connected, reconnecting) the status belongs to the host, which acts on `pendingRequest`.
 */
import type { Account, AccountRequestType, AccountStatus, Desired, LinkMethod } from '@switchboard/contract/account';
import { canAccountMove } from '@switchboard/contract/account';
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { microsOf, type Timestamp } from '@switchboard/contract/timestamp';

export interface Asked {
  readonly requestId: string;
  /** By Firestore's clock. */
  readonly askedAt: Timestamp;
}

export type AccountPart = Pick<Account, 'name' | 'team' | 'status' | 'desired' | 'pendingRequest' | 'lastRequestAt'>;

/** What changes on an account that exists. */
export type AccountChange = Partial<
  Pick<Account, 'name' | 'status' | 'statusReason' | 'desired' | 'linkMethod' | 'pendingRequest' | 'lastRequestAt'>
>;

export type Decision =
  | { readonly kind: 'change'; readonly change: AccountChange; readonly supersededId: string | null }
  | { readonly kind: 'refuse'; readonly error: ErrorInfo };

const AT_REST: Record<AccountStatus, boolean> = {
  connecting: false,
  qr_ready: false,
  connected: false,
  reconnecting: false,
  disconnected: true,
  needs_qr: true,
  logged_out: true,
  restricted: true,
  deleted: true,
};

const WANTED: Record<AccountRequestType, { readonly desired: Desired; readonly linkMethod?: LinkMethod }> = {
  add: { desired: 'online', linkMethod: 'qr' },
  relink: { desired: 'online', linkMethod: 'qr' },
  pairing_code: { desired: 'online', linkMethod: 'pairing_code' },
  connect: { desired: 'online' },
  disconnect: { desired: 'offline' },
  reset: { desired: 'online', linkMethod: 'qr' },
  delete: { desired: 'deleted' },
};

function isDeleted(account: Pick<Account, 'status' | 'desired'>): boolean {
  return account.status === 'deleted' || account.desired === 'deleted';
}

/** A phone that is known already is linked again; one that was deleted comes back under the name asked for. */
export function decideAdd(asked: Asked, name: string, account: AccountPart): Decision {
  return isDeleted(account) ? change(asked, 'add', account, { name }) : change(asked, 'relink', account, {});
}

export function decideChange(asked: Asked, type: Exclude<AccountRequestType, 'add'>, account: AccountPart): Decision {
  if (isDeleted(account)) return { kind: 'refuse', error: errorOf('account_deleted', '', 'accountId') };
  return change(asked, type, account, {});
}

function change(asked: Asked, type: AccountRequestType, account: AccountPart, extra: AccountChange): Decision {
  if (isOvertaken(asked, account)) return { kind: 'refuse', error: errorOf('superseded') };
  const { requestId, askedAt } = asked;
  const wanted = WANTED[type];
  const isStarting =
    wanted.desired === 'online' && AT_REST[account.status] && canAccountMove(account.status, 'connecting');
  const pendingId = account.pendingRequest?.id ?? null;
  return {
    kind: 'change',
    supersededId: pendingId === requestId ? null : pendingId,
    change: {
      ...extra,
      ...wanted,
      ...(isStarting ? { status: 'connecting' as const, statusReason: null } : {}),
      pendingRequest: { id: requestId, type },
      lastRequestAt: askedAt,
    },
  };
}

/** People mean what they asked last, and requests come here in any order: an event that failed is delivered again hours later. */
function isOvertaken({ askedAt }: Asked, { lastRequestAt }: AccountPart): boolean {
  return lastRequestAt !== null && microsOf(askedAt) < microsOf(lastRequestAt);
}
