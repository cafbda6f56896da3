/** Outbox entries that wait for a time, and what an account has sent lately: what pacing has to know after a restart. */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore, type Query } from 'firebase-admin/firestore';
import { isContended, isLostRace } from './firestore.ts';
import { parseEntry, placeOf, type OutboxEntry } from './outbox.ts';
import { claimedSince, dueOutbox, firstContactsSince, scheduledInThread, scheduledOutbox } from './queries.ts';

const DAY_MS = 24 * 3_600_000;
/** How many entries are read, and released, at once. */
const RELEASE_PAGE = 300;

/** What an entry is put off for, until when, and whether certainly nothing of it left before: then it is as one that was never built. */
export interface Postponement {
  readonly until: Date;
  readonly why: ErrorInfo;
  readonly isUnsent: boolean;
}

/** Puts an entry off. @returns `false`, and nothing is done, when it changed meanwhile. */
export async function postponeEntry(
  db: Firestore,
  entry: OutboxEntry,
  { until, why, isUnsent }: Postponement,
): Promise<boolean> {
  return unlessChanged(
    db.doc(paths.outbox(entry.requestId)).update(
      {
        status: 'scheduled',
        nextAttemptAt: Timestamp.fromDate(until),
        error: why,
        ...(isUnsent && { built: FieldValue.delete() }),
        updatedAt: FieldValue.serverTimestamp(),
      },
      { lastUpdateTime: entry.version },
    ),
  );
}

/** Lets an entry whose time has come be sent. Does nothing when it changed meanwhile: it may have been cancelled. */
async function releaseEntry(db: Firestore, { requestId, version }: Due): Promise<void> {
  await unlessChanged(
    db
      .doc(paths.outbox(requestId))
      .update({ status: 'routed', error: null, updatedAt: FieldValue.serverTimestamp() }, { lastUpdateTime: version }),
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

/** What it takes to release an entry: of thousands nothing more is kept. */
interface Due {
  readonly requestId: string;
  readonly threadId: string;
  readonly place: number;
  readonly version: Timestamp;
}

/** Reads all entries of a query that may go, in the order staff wrote them: what was put off for one cause comes in any other. */
async function readDue(all: Query, isFree: (entry: OutboxEntry) => boolean): Promise<Due[]> {
  const due: Due[] = [];
  for (let page = await all.get(); ;) {
    for (const entry of page.docs.map(parseEntry)) {
      if (!entry || !isFree(entry)) continue;
      const { requestId, data, version } = entry;
      due.push({ requestId, threadId: data.threadId, place: placeOf(entry), version });
    }
    const last = page.docs.at(-1);
    if (!last || page.docs.length < RELEASE_PAGE) return due.sort((a, b) => a.place - b.place);
    page = await all.startAfter(last).get();
  }
}

/** Releases what was read in order, that of one thread one after the other: what staff wrote first is seen first. */
async function releaseInOrder(db: Firestore, due: readonly Due[]): Promise<void> {
  for (let from = 0; from < due.length; from += RELEASE_PAGE) {
    const threads = Map.groupBy(due.slice(from, from + RELEASE_PAGE), ({ threadId }) => threadId);
    await Promise.all(
      [...threads.values()].map(async (ofThread) => {
        for (const each of ofThread) await releaseEntry(db, each);
      }),
    );
  }
}

/** Releases what is due before `until`. */
export async function releaseDue(db: Firestore, accountIds: readonly string[], until: Date): Promise<void> {
  const all = dueOutbox(db, accountIds, Timestamp.fromDate(until), RELEASE_PAGE);
  await releaseInOrder(db, await readDue(all, () => true));
}

/**
 * Releases what this account's rules had put off and let go now.
 *
 * @param isFree whether they, and its own time, let an entry go.
 * @returns how many were to be released.
 */
export async function releasePostponed(
  db: Firestore,
  accountId: string,
  isFree: (entry: OutboxEntry) => boolean,
): Promise<number> {
  const due = await readDue(scheduledOutbox(db, accountId, RELEASE_PAGE), isFree);
  await releaseInOrder(db, due);
  return due.length;
}

/** The same for one thread, without a look at the others: an account may have put off thousands. */
export async function releasePostponedIn(
  db: Firestore,
  threadId: string,
  isFree: (entry: OutboxEntry) => boolean,
): Promise<void> {
  await releaseInOrder(db, await readDue(scheduledInThread(db, threadId, RELEASE_PAGE), isFree));
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
