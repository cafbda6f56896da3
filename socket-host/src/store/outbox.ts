/**
 * The outbox as the host works it: claim, settle, give back. Each verb is one commit, and each asserts that the entry
 * is still as we last saw it (`lastUpdateTime`), so of two hosts that race for an entry one loses and does nothing.
 * A claim bears the epoch of the lease it was made under. One of an earlier epoch may land late, when its host has lost the account;
 * it is worth nothing then, for that host cannot send any more (see `store/sessions.ts`), and the present owner takes it over.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { OUTBOX_KEPT_MS, routedOutboxSchema, type RoutedOutbox } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { microsOf } from '@switchboard/contract/timestamp';
import {
  FieldValue,
  Timestamp,
  type Firestore,
  type DocumentSnapshot,
  type WriteBatch,
} from 'firebase-admin/firestore';
import { isContended, isLostRace } from './firestore.ts';
import type { HeldLease } from './leases.ts';
import { claimedOutbox, outboxByMessageId, waitingOutbox } from './queries.ts';

/** How long a claim stands without being settled before others may look into it, ms. */
const CLAIM_MS = 120_000;

/** The recipient in the client's own words: exactly one of these. */
export interface Addressing {
  readonly threadId?: string;
  readonly toPhone?: string;
  readonly toJid?: string;
}

export interface OutboxEntry {
  readonly requestId: string;
  readonly asked: Addressing;
  readonly data: RoutedOutbox;
  /** The message as built at the first attempt: every later one sends these bytes. */
  readonly built: Uint8Array | null;
  /** The version of the document our next write is conditional on. */
  readonly version: Timestamp;
}

/** Reads an entry from a snapshot; `null` when it is malformed (nothing but a routed entry is ever ours to send). */
export function parseEntry(snapshot: DocumentSnapshot): OutboxEntry | null {
  const parsed = routedOutboxSchema.safeParse(snapshot.data());
  if (!parsed.success || snapshot.updateTime === undefined) return null;
  const built: unknown = snapshot.get('built');
  return {
    requestId: snapshot.id,
    asked: addressingOf(snapshot),
    data: parsed.data,
    built: built instanceof Uint8Array ? built : null,
    version: snapshot.updateTime,
  };
}

export interface Claim {
  readonly lease: HeldLease;
  readonly built: Uint8Array;
  readonly nowMs: number;
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly entry: OutboxEntry }
  /** It changed and is still ours to send: routed anew, or claimed by a former owner of the account. */
  | { readonly kind: 'changed'; readonly entry: OutboxEntry }
  /** A host with our epoch or a later one has it: the account may not be ours any more. */
  | { readonly kind: 'taken' }
  /** Settled, put off, or not there any more. */
  | { readonly kind: 'gone' };

/** Takes an entry for sending and stores what will be sent. Counts the attempt: what comes of it is not known yet. */
export async function claimEntry(db: Firestore, entry: OutboxEntry, claim: Claim): Promise<ClaimResult> {
  const fields = {
    status: 'processing' as const,
    claimedBy: claim.lease.hostId,
    epoch: claim.lease.epoch,
    leaseUntil: Timestamp.fromMillis(claim.nowMs + CLAIM_MS),
    attemptCount: entry.data.attemptCount + 1,
    claimedAt: Timestamp.fromMillis(claim.nowMs),
    error: null,
  };
  try {
    const { writeTime } = await db
      .doc(paths.outbox(entry.requestId))
      .update(
        { ...fields, built: Buffer.from(claim.built), updatedAt: FieldValue.serverTimestamp() },
        { lastUpdateTime: entry.version },
      );
    const claimed = { ...entry, data: { ...entry.data, ...fields }, built: claim.built, version: writeTime };
    return { kind: 'claimed', entry: claimed };
  } catch (error) {
    if (!isLostRace(error)) throw error;
    const stored = await readEntry(db, entry.requestId);
    // Nobody was first: the same claim may land next time.
    if (isContended(error) && stored?.version.isEqual(entry.version)) throw error;
    // A claim whose answer got lost and was repeated meets its own write: then the entry is ours after all.
    if (stored && isSameClaim(stored, fields)) return { kind: 'claimed', entry: stored };
    return lostTo(stored, claim.lease.epoch);
  }
}

function isSameClaim(
  stored: OutboxEntry,
  claimed: Pick<RoutedOutbox, 'claimedBy' | 'epoch' | 'attemptCount'>,
): boolean {
  return (
    stored.data.status === 'processing' &&
    stored.data.claimedBy === claimed.claimedBy &&
    stored.data.epoch === claimed.epoch &&
    stored.data.attemptCount === claimed.attemptCount
  );
}

function lostTo(stored: OutboxEntry | null, epoch: number): ClaimResult {
  if (stored?.data.status === 'routed' || (stored && isClaimedBefore(stored, epoch))) {
    return { kind: 'changed', entry: stored };
  }
  return { kind: stored?.data.status === 'processing' ? 'taken' : 'gone' };
}

/** Whether a claim was made under an earlier lease than this epoch's: its host does not own the account any more. */
export function isClaimedBefore({ data }: OutboxEntry, epoch: number): boolean {
  return data.status === 'processing' && (data.epoch ?? 0) < epoch;
}

/** Its place in its thread, µs since 1970. What is to be sent later takes its place then: what is written meanwhile goes first. */
export function placeOf({ data }: OutboxEntry): number {
  return microsOf(data.sendAt ?? data.createdAt);
}

/**
 * Of the message of an entry that nobody has touched since it was routed: one commit wrote both. `null` when the entry was put off, claimed,
 * given back or tried again since; then nothing is known of its message.
 */
export function messageVersionOf({ data, version }: OutboxEntry): Timestamp | null {
  const isAsRouted = data.status === 'routed' && data.nextAttemptAt === null && !data.claimedAt;
  return isAsRouted ? version : null;
}

/** An entry as it is now; `null` when it is gone or malformed. */
export async function readEntry(db: Firestore, requestId: string): Promise<OutboxEntry | null> {
  return parseEntry(await db.doc(paths.outbox(requestId)).get());
}

/** What an entry that went out of sight is to the holder of a lease. */
export type Standing =
  /** Its to send or settle: routed, or claimed by a former owner or by itself without an answer. */
  | { readonly kind: 'ours'; readonly entry: OutboxEntry }
  /** No function has routed it yet. */
  | { readonly kind: 'unrouted' }
  /** Settled, put off, refused, cancelled, not there any more, or another's. */
  | { readonly kind: 'gone' };

export async function readStanding(db: Firestore, requestId: string, lease: HeldLease): Promise<Standing> {
  const snapshot = await db.doc(paths.outbox(requestId)).get();
  if (snapshot.get('status') === 'queued') return { kind: 'unrouted' };
  const entry = parseEntry(snapshot);
  const isClaimed = entry?.data.status === 'processing';
  const isOwn = isClaimed && entry.data.claimedBy === lease.hostId && entry.data.epoch === lease.epoch;
  const isOurs = entry?.data.status === 'routed' || isOwn || (entry && isClaimedBefore(entry, lease.epoch));
  return entry && isOurs ? { kind: 'ours', entry } : { kind: 'gone' };
}

/** When Firestore may remove an entry settled now. A host whose clock is off by minutes does no harm here. */
function expiry(): Timestamp {
  return Timestamp.fromMillis(Date.now() + OUTBOX_KEPT_MS);
}

/** Adds "sent" to a batch that also lifts the message. */
export function settleSent(db: Firestore, batch: WriteBatch, entry: OutboxEntry, sentAt: Date | null): void {
  batch.update(
    db.doc(paths.outbox(entry.requestId)),
    {
      status: 'sent',
      error: null,
      leaseUntil: null,
      expiresAt: expiry(),
      sentAt: sentAt ? Timestamp.fromDate(sentAt) : FieldValue.serverTimestamp(),
      updatedAt: FieldValue.serverTimestamp(),
    },
    { lastUpdateTime: entry.version },
  );
}

/** Adds "failed" to a batch that also marks the message. */
export function settleFailed(db: Firestore, batch: WriteBatch, entry: OutboxEntry, error: ErrorInfo): void {
  batch.update(
    db.doc(paths.outbox(entry.requestId)),
    { status: 'failed', error, leaseUntil: null, expiresAt: expiry(), updatedAt: FieldValue.serverTimestamp() },
    { lastUpdateTime: entry.version },
  );
}

/**
 * Gives a claimed entry back, unsent, for whoever runs the account next, with the attempts that count. Does nothing when it changed
 * meanwhile.
 */
export async function returnEntry(db: Firestore, entry: OutboxEntry, error: ErrorInfo | null): Promise<void> {
  try {
    await db.doc(paths.outbox(entry.requestId)).update(
      {
        status: 'routed',
        claimedBy: null,
        leaseUntil: null,
        attemptCount: entry.data.attemptCount,
        error,
        updatedAt: FieldValue.serverTimestamp(),
      },
      { lastUpdateTime: entry.version },
    );
  } catch (failure) {
    if (!isLostRace(failure)) throw failure;
  }
}

/** No account has more claims than that: few are under way at once, and each owner settles them or leaves them to the next. */
const MAX_CLAIMS = 300;

/** What is claimed and not settled for these accounts, whoever claimed it, in the order it was written. */
export async function readClaimed(db: Firestore, accountIds: readonly string[]): Promise<OutboxEntry[]> {
  const { docs } = await claimedOutbox(db, accountIds, MAX_CLAIMS).get();
  return docs
    .map(parseEntry)
    .filter((entry) => entry !== null)
    .sort((a, b) => microsOf(a.data.createdAt) - microsOf(b.data.createdAt));
}

/** So many of an account's entries are looked at in one go; a listener sees no more of them either. */
const MAX_ROUTED = 200;

/** The oldest entries of an account that are routed, in the order they were written. */
export async function readRouted(db: Firestore, accountId: string): Promise<OutboxEntry[]> {
  const { docs } = await waitingOutbox(db, [accountId], MAX_ROUTED).get();
  const entries = docs.map(parseEntry).filter((entry) => entry !== null);
  return entries.filter(({ data }) => data.status === 'routed');
}

/** The bytes sent under this message id, for a recipient that asks for them again; `null` when unknown. */
export async function findBuiltMessage(
  db: Firestore,
  accountId: string,
  waMessageId: string,
): Promise<Uint8Array | null> {
  const { docs } = await outboxByMessageId(db, waMessageId).get();
  const built: unknown = docs.find((snapshot) => snapshot.get('accountId') === accountId)?.get('built');
  return built instanceof Uint8Array ? built : null;
}

/** The recipient as the client named it, whatever else the entry holds. */
export function addressingOf(snapshot: DocumentSnapshot): Addressing {
  const text = (field: keyof Addressing): Addressing => {
    const value: unknown = snapshot.get(field);
    return typeof value === 'string' ? { [field]: value } : {};
  };
  return { ...text('toJid'), ...text('toPhone'), ...text('threadId') };
}
