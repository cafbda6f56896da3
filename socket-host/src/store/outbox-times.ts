/** Outbox entries that wait for a time, and what an account has sent lately: what pacing has to know after a restart. */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { isLostRace } from './firestore.ts';
import { parseEntry, type OutboxEntry } from './outbox.ts';
import { claimedSince, dueOutbox, firstContactsSince, scheduledOutbox } from './queries.ts';

const DAY_MS = 24 * 3_600_000;
/** How many entries are released at once. */
const RELEASE_PAGE = 300;

/** Puts an entry off until `until`, saying why. Does nothing when it changed meanwhile. */
export async function postponeEntry(db: Firestore, entry: OutboxEntry, until: Date, why: ErrorInfo): Promise<void> {
  await unlessChanged(
    db.doc(paths.outbox(entry.requestId)).update(
      {
        status: 'scheduled',
        nextAttemptAt: Timestamp.fromDate(until),
        error: why,
        updatedAt: FieldValue.serverTimestamp(),
      },
      { lastUpdateTime: entry.version },
    ),
  );
}

/** Lets an entry whose time has come be sent. Does nothing when it changed meanwhile: it may have been cancelled. */
async function releaseEntry(db: Firestore, entry: OutboxEntry): Promise<void> {
  await unlessChanged(
    db
      .doc(paths.outbox(entry.requestId))
      .update(
        { status: 'routed', error: null, updatedAt: FieldValue.serverTimestamp() },
        { lastUpdateTime: entry.version },
      ),
  );
}

async function unlessChanged(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
}

/** Releases what is due before `until`. @returns how many entries were. */
export async function releaseDue(
  db: Firestore,
  accountIds: readonly string[],
  until: Date,
  limit: number,
): Promise<number> {
  const { docs } = await dueOutbox(db, accountIds, Timestamp.fromDate(until), limit).get();
  const entries = docs.map(parseEntry).filter((entry) => entry !== null);
  await Promise.all(entries.map((entry) => releaseEntry(db, entry)));
  return docs.length;
}

/** Releases what this account's rules had put off, and leaves what staff want sent later. */
export async function releasePostponed(db: Firestore, accountId: string, nowMs: number): Promise<void> {
  for (;;) {
    const { docs } = await scheduledOutbox(db, accountId, RELEASE_PAGE).get();
    const entries = docs.map(parseEntry).filter((entry) => entry !== null);
    const postponed = entries.filter(({ data }) => (data.sendAt?.toMillis() ?? 0) <= nowMs);
    await Promise.all(postponed.map((entry) => releaseEntry(db, entry)));
    if (postponed.length < RELEASE_PAGE) return;
  }
}

export interface SendingHistory {
  /** How long ago each message of the last minutes was answered for, ms, by Firestore's clock. */
  readonly agesMs: readonly number[];
  /** How long ago each stranger of the last day was written to, ms. */
  readonly strangers: readonly { readonly threadId: string; readonly ageMs: number }[];
}

/**
 * Reads what an account sent lately, whichever host sent it.
 *
 * @param windowMs how far back messages count.
 * @param maxStrangers no more than these matter.
 */
export async function readSendingHistory(
  db: Firestore,
  accountId: string,
  nowMs: number,
  { windowMs, maxStrangers }: { readonly windowMs: number; readonly maxStrangers: number },
): Promise<SendingHistory> {
  const since = (ms: number): Timestamp => Timestamp.fromMillis(nowMs - ms);
  const [claimed, contacts] = await Promise.all([
    claimedSince(db, accountId, since(windowMs)).get(),
    firstContactsSince(db, accountId, since(DAY_MS), Math.max(1, maxStrangers)).get(),
  ]);
  const agesMs = claimed.docs.map((snapshot) => {
    const settled = snapshot.get('status') !== 'processing';
    // What is not settled may be answered for at this very moment.
    return settled ? Math.max(0, claimed.readTime.toMillis() - snapshot.updateTime.toMillis()) : 0;
  });
  const strangers = contacts.docs.flatMap((snapshot) => {
    const entry = parseEntry(snapshot);
    const claimedAt = entry?.data.claimedAt;
    if (!entry || !claimedAt) return [];
    return [{ threadId: entry.data.threadId, ageMs: contacts.readTime.toMillis() - claimedAt.toMillis() }];
  });
  return { agesMs, strangers };
}

/** Puts an account's sending on hold, for everybody to see. */
export async function holdAccount(db: Firestore, accountId: string, error: ErrorInfo, until: Date): Promise<void> {
  await db.doc(paths.account(accountId)).update({
    hold: { error, since: FieldValue.serverTimestamp(), until: Timestamp.fromDate(until) },
    updatedAt: FieldValue.serverTimestamp(),
  });
}
