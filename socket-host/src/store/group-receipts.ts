/** How far each member of a group is with a message of ours, and what that makes of its status. Pure. */
import { canMessageMove, MAX_RECEIPTS, type MemberStatus, type MessageStatus } from '@switchboard/contract/message';

/** By bare jid. */
export type MemberReceipts = ReadonlyMap<string, MemberStatus>;

/** Farthest first. */
const MEMBER_STATUSES = ['played', 'read', 'delivered'] as const;

/** Both together, each member at their farthest. @returns `known` itself when nothing in `more` is a step forward. */
export function withReceipts(known: MemberReceipts, more: MemberReceipts): MemberReceipts {
  const all = new Map(known);
  let isNew = false;
  for (const [jid, status] of more) {
    const before = all.get(jid);
    if (before === undefined ? all.size >= MAX_RECEIPTS : !canMessageMove(before, status)) continue;
    all.set(jid, status);
    isNew = true;
  }
  return isNew ? all : known;
}

/** What all of `recipientCount` members have reached. That one has it proves that it was sent, even when it is not known to how many. */
export function reachedByAll(receipts: MemberReceipts, recipientCount: number | null): MessageStatus {
  const reached = [...receipts.values()];
  const isReached = (status: MemberStatus): boolean => {
    const count = reached.filter((theirs) => theirs === status || canMessageMove(status, theirs)).length;
    return recipientCount !== null && count > 0 && count >= recipientCount;
  };
  return MEMBER_STATUSES.find(isReached) ?? 'sent';
}
