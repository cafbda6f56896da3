/**
 * How often the wire may have carried one message more than once. A message goes again only if its account changed its owner while it was
 * on its way, because a host was killed, fenced or stopped: nobody else is in doubt whether it has left, and no owner sends it twice.
 */
import { paths } from '@switchboard/contract/paths';
import type { DocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from './stack.ts';

/** How often the account has changed its owner so far. */
export async function epochOf(accountId: string): Promise<number> {
  return Number((await adminFirestore().doc(paths.lease(accountId)).get()).get('epoch') ?? 0);
}

/** What an outbox entry tells of its message's way. */
export interface EntryStory {
  readonly requestId: string;
  readonly status: string;
  /** How often it was claimed for sending. */
  readonly attemptCount: number;
  /** Of its last claim; 0 before the first. */
  readonly epoch: number;
  /** From when to when it was on its way, by Firestore's clock, ms since 1970. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export function entryStoryOf(entry: DocumentSnapshot): EntryStory {
  return {
    requestId: entry.id,
    status: String(entry.get('status')),
    attemptCount: Number(entry.get('attemptCount') ?? 0),
    epoch: Number(entry.get('epoch') ?? 0),
    fromMs: entry.createTime?.toMillis() ?? 0,
    untilMs: entry.updateTime?.toMillis() ?? 0,
  };
}

/** @param writtenUnder the account's epoch before the entry was written. */
export function explainedRepeats({ attemptCount, epoch }: EntryStory, writtenUnder: number): number {
  return Math.max(0, Math.min(attemptCount - 1, epoch - writtenUnder));
}
