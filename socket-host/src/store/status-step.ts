/** What a raise of the status of a message changes of it, and what two raises come to. Pure. */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { canMessageMove, type MessageStatus } from '@switchboard/contract/message';
import { Timestamp, type DocumentData, type UpdateData } from 'firebase-admin/firestore';
import { reachedByAll, withReceipts, type MemberReceipts } from './group-receipts.ts';
import type { KnownVersion } from './undisturbed.ts';

export interface StatusRaise {
  readonly waMessageId: string;
  readonly status: MessageStatus;
  readonly error?: ErrorInfo;
  readonly serverAt?: Date | null;
  /** Of a message to a group. */
  readonly recipientCount?: number | null;
  readonly receipts?: MemberReceipts;
}

/** A message as it is stored, as far as we know. */
export interface KnownMessage {
  readonly threadId: string;
  readonly status: MessageStatus;
  readonly recipientCount: number | null;
  readonly receipts: MemberReceipts;
  /** What the next write is conditional on; `null` while it has been neither read nor written here. */
  readonly version: KnownVersion | null;
}

export interface Step {
  readonly from: KnownMessage;
  readonly to: Omit<KnownMessage, 'version'>;
  readonly fields: UpdateData<DocumentData>;
}

export const NO_RECEIPTS: MemberReceipts = new Map();

/** What a raise changes of a message; `null` when it is no step forward. */
export function stepOf(known: KnownMessage, raise: StatusRaise): Step | null {
  const receipts = withReceipts(known.receipts, raise.receipts ?? NO_RECEIPTS);
  const recipientCount = raise.recipientCount ?? known.recipientCount;
  const reached = receipts.size > 0 ? reachedByAll(receipts, recipientCount) : raise.status;
  const farthest = canMessageMove(raise.status, reached) ? { status: reached } : raise;
  const moves = canMessageMove(known.status, farthest.status);
  const fields = {
    ...(moves && statusFields(farthest, raise.serverAt)),
    ...(recipientCount !== known.recipientCount && { recipientCount }),
    ...(receipts !== known.receipts && { receipts: Object.fromEntries(receipts) }),
  };
  if (Object.keys(fields).length === 0) return null;
  const status = moves ? farthest.status : known.status;
  return { from: known, to: { ...known, status, recipientCount, receipts }, fields };
}

function statusFields({ status, error }: Pick<StatusRaise, 'status' | 'error'>, serverAt: StatusRaise['serverAt']) {
  return { status, error: error ?? null, ...(serverAt ? { tsServer: Timestamp.fromDate(serverAt) } : {}) };
}

/** What two raises of a message come to: the farther one, and all that is known of it. */
export function merged(one: StatusRaise, other: StatusRaise): StatusRaise {
  const farther = canMessageMove(one.status, other.status) ? other : one;
  return {
    ...farther,
    serverAt: one.serverAt ?? other.serverAt ?? null,
    recipientCount: one.recipientCount ?? other.recipientCount ?? null,
    receipts: withReceipts(one.receipts ?? NO_RECEIPTS, other.receipts ?? NO_RECEIPTS),
  };
}
