/** Outbox entries that wait for a time, and what an account has sent lately: what pacing has to know after a restart. */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { isContended, isLostRace } from './firestore.ts';
import { parseEntry, placeOf, type OutboxEntry } from './outbox.ts';
import { claimedSince, dueOutbox, firstContactsSince, scheduledOutbox } from './queries.ts';

const DAY_MS = 24 * 3_600_000;
/** How many entries are released at once. */
const RELEASE_PAGE = 300;

/** Puts an entry off until `until`, saying why. @returns `false`, and nothing is done, when it changed meanwhile. */
export async function postponeEntry(db: Firestore, entry: OutboxEntry, until: Date, why: ErrorInfo): Promise<boolean> {
  return unlessChanged(
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

async function unlessChanged(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!isLostRace(error) || isContended(error)) throw error;
    return false;
  }
}

/** Releases entries, those of one thread one after the other: what staff wrote first is seen first. */
async function releaseInOrder(db: Firestore, entries: readonly OutboxEntry[]): Promise<void> {
  const inOrder = entries.toSorted((a, b) => placeOf(a) - placeOf(b));
  const threads = Map.groupBy(inOrder, ({ data }) => data.threadId);
  await Promise.all(
    [...threads.values()].map(async (ofThread) => {
      for (const entry of ofThread) await releaseEntry(db, entry);
    }),
  );
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
  await releaseInOrder(db, entries);
  return docs.length;
}

/** Releases what this account's rules had put off and let go now. @param isFree whether they, and its own time, let an entry go. */
export async function releasePostponed(
  db: Firestore,
  accountId: string,
  isFree: (entry: OutboxEntry) => boolean,
): Promise<void> {
  const all = scheduledOutbox(db, accountId, RELEASE_PAGE);
  for (let page = await all.get(); ;) {
    const entries = page.docs.map(parseEntry).filter((entry) => entry !== null);
    await releaseInOrder(db, entries.filter(isFree));
    const last = page.docs.at(-1);
    if (!last || page.docs.length < RELEASE_PAGE) return;
    page = await all.startAfter(last).get();
  }
}

export interface SendingHistory {
  /** How long ago each message of the last minutes was answered for, ms, by Firestore's clock. */
  readonly agesMs: readonly number[];
  /** How long ago each stranger of the last day was written to, ms. */
  readonly strangers: readonly { readonly threadId: string; readonly ageMs: number }[];
  /** What was claimed lately and waits again, unsent. */
  readonly givenBack: readonly OutboxEntry[];
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
  const givenBack = claimed.docs.map(parseEntry).filter((entry) => entry?.data.status === 'routed');
  return { agesMs, strangers, givenBack: givenBack.filter((entry) => entry !== null) };
}

/** Puts an account's sending on hold, for everybody to see. */
export async function holdAccount(db: Firestore, accountId: string, error: ErrorInfo, until: Date): Promise<void> {
  await db.doc(paths.account(accountId)).update({
    hold: { error, since: FieldValue.serverTimestamp(), until: Timestamp.fromDate(until) },
    updatedAt: FieldValue.serverTimestamp(),
  });
}
