/** Outbox entries that wait for a time, and what an account has sent lately: what pacing has to know after a restart. */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore, type Query } from 'firebase-admin/firestore';
import { parseEntry, placeOf, type OutboxEntry } from './outbox.ts';
import { claimedSince, dueOutbox, firstContactsSince, scheduledOutbox, waitingInThread } from './queries.ts';
import { underLease, type Tenure } from './under-lease.ts';
import { asRead, unlessChanged } from './undisturbed.ts';

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
  const written = await unlessChanged(
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
  return written !== null;
}

/** Lets an entry whose time has come be sent. Does nothing when it changed meanwhile: it may have been cancelled. */
async function releaseEntry(db: Firestore, { requestId, version }: Due): Promise<void> {
  await unlessChanged(
    db
      .doc(paths.outbox(requestId))
      .update({ status: 'routed', error: null, updatedAt: FieldValue.serverTimestamp() }, { lastUpdateTime: version }),
  );
}

/** What it takes to release an entry: of thousands nothing more is kept. */
interface Due {
  readonly requestId: string;
  readonly threadId: string;
  readonly place: number;
  readonly version: Timestamp;
}

function dueOf(entry: OutboxEntry): Due {
  const { requestId, data, version } = entry;
  return { requestId, threadId: data.threadId, place: placeOf(entry), version };
}

/** Told of each entry that is put off, before anything is released: until it has gone, nothing newer of its thread may. */
type OnPutOff = (entry: OutboxEntry) => void;

/** Reads all entries of a query. */
async function* readPages(all: Query): AsyncGenerator<OutboxEntry> {
  for (let page = await all.get(); ;) {
    yield* page.docs.map(parseEntry).filter((entry) => entry !== null);
    const last = page.docs.at(-1);
    if (!last || page.docs.length < RELEASE_PAGE) return;
    page = await all.startAfter(last).get();
  }
}

/** Reads all entries of a query that may go. */
async function readDue(all: Query, isFree: (entry: OutboxEntry) => boolean, onPutOff: OnPutOff): Promise<Due[]> {
  const due: Due[] = [];
  for await (const entry of readPages(all)) {
    onPutOff(entry);
    if (isFree(entry)) due.push(dueOf(entry));
  }
  return due;
}

/**
 * Releases what was read in the order staff wrote it (what was put off for one cause comes in any other), that of one thread one after
 * the other: what staff wrote first is seen first.
 */
async function releaseInOrder(db: Firestore, read: readonly Due[]): Promise<void> {
  const due = read.toSorted((a, b) => a.place - b.place);
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
export async function releaseDue(
  db: Firestore,
  accountIds: readonly string[],
  until: Date,
  onPutOff: OnPutOff,
): Promise<void> {
  const all = dueOutbox(db, accountIds, Timestamp.fromDate(until), RELEASE_PAGE);
  await releaseInOrder(db, await readDue(all, () => true, onPutOff));
}

/**
 * Releases what this account's rules had put off and let go now.
 *
 * @param isFree whether they, and its own time, let an entry go.
 * @param onPutOff told of those that may not go yet, too.
 * @returns how many were to be released.
 */
export async function releasePostponed(
  db: Firestore,
  accountId: string,
  isFree: (entry: OutboxEntry) => boolean,
  onPutOff: OnPutOff,
): Promise<number> {
  const due = await readDue(scheduledOutbox(db, accountId, RELEASE_PAGE), isFree, onPutOff);
  await releaseInOrder(db, due);
  return due.length;
}

/**
 * The same for one thread, without a look at the others: an account may have put off thousands.
 *
 * @returns all that is routed in it then.
 */
export async function releaseThread(
  db: Firestore,
  threadId: string,
  isFree: (entry: OutboxEntry) => Promise<boolean> | boolean,
): Promise<OutboxEntry[]> {
  for (;;) {
    const routed: OutboxEntry[] = [];
    const due: Due[] = [];
    for await (const entry of readPages(waitingInThread(db, threadId, RELEASE_PAGE))) {
      if (entry.data.status === 'routed') routed.push(entry);
      else if (await isFree(entry)) due.push(dueOf(entry));
    }
    if (due.length === 0) return routed;
    await releaseInOrder(db, due);
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

/** Puts an account's sending on hold, for everybody to see, unless the account is not ours any more. */
export async function holdAccount(db: Firestore, tenure: Tenure, error: ErrorInfo, until: Date): Promise<void> {
  await underLease(db, tenure, [db.doc(paths.account(tenure.accountId))], (batch, [account]) => {
    if (!account?.exists) return false;
    const at = FieldValue.serverTimestamp();
    const hold = { error, since: at, until: Timestamp.fromDate(until) };
    batch.update(account.ref, { hold, updatedAt: at }, asRead(account));
    return true;
  });
}
