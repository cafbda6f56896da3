/**
 * Session documents in Firestore: opaque bytes, their fence, and nothing about what they mean or how they are encrypted.
 *
 * Every commit updates `wa_sessions/{accountId}` on the condition that it was last written by our own previous commit, so one
 * document fences all the others of the batch: once another host (or another opening on this host) has claimed the session,
 * no write of ours can land any more, without a read or a second write per commit.
 */
import { paths } from '@switchboard/contract/paths';
import {
  FieldValue,
  type DocumentSnapshot,
  Timestamp,
  type Firestore,
  type WriteBatch,
} from 'firebase-admin/firestore';
import { z } from 'zod';
import { isAlreadyExists, isLostRace } from './firestore.ts';
import { asRead } from './undisturbed.ts';

const BACKUPS = 'backups';

export const SESSION_SCHEMA_VERSION = 1;

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes');

/** An account's data key, encrypted with the key-encryption key named `kid`. */
const wrappedKeySchema = z.object({
  kid: z.string(),
  dataKeyId: z.string(),
  wrappedKey: bytesSchema,
  /** When it was made, ms since 1970. */
  madeAtMs: z.number(),
});
export type WrappedKey = z.infer<typeof wrappedKeySchema>;

/** The data key in use, and those before it that something stored still needs. */
const keysSchema = wrappedKeySchema.extend({ formerKeys: z.array(wrappedKeySchema) });
export type SessionKeys = z.infer<typeof keysSchema>;

/** What is known of the snapshots under `backups/`, so that a commit does not have to read them. */
const snapshotsSchema = z.object({
  /** How many were ever taken; the next one replaces the oldest. */
  taken: z.int().nonnegative(),
  takenAtMs: z.number(),
  /** Of the credentials in the latest; see `CredsFindings`. */
  mark: z.string(),
  /** By slot: the data key that sealed what is there. */
  keyIds: z.array(z.string()),
});
export type SnapshotState = z.infer<typeof snapshotsSchema>;

const sessionSchema = keysSchema.extend({
  schemaVersion: z.literal(SESSION_SCHEMA_VERSION),
  epoch: z.int().nonnegative(),
  /** Who wrote last: one opening of the session on one host. */
  writer: z.string(),
  /** Counts the commits that writer began, so that it recognises one whose answer got lost. No two have the same number. */
  sequence: z.int().nonnegative(),
  creds: bytesSchema.nullable(),
  /** The rows written since the buckets they belong to were. */
  recent: bytesSchema.nullable(),
  snapshots: snapshotsSchema.nullable(),
  /** A new data key has taken over and some of what is stored may be sealed with a former one. */
  isRotating: z.boolean(),
});
export type SessionDocument = z.infer<typeof sessionSchema>;

const partSchema = z.object({ bytes: bytesSchema, parts: z.int().positive() });

/** What a document of a bucket counts as that is none: empty, which nothing opens. */
const MALFORMED_PART = { bytes: new Uint8Array(), parts: 1 } as const;

/** One document of a bucket: `{bucketId}` and, for a large bucket, `{bucketId}.1`, `{bucketId}.2`, ... */
export interface BucketPart {
  readonly partId: string;
  readonly bytes: Uint8Array;
  /** How many documents the bucket has; on every one of them. */
  readonly parts: number;
}

/** Proof of the last write we know of; each commit hands out the next one. */
export interface Fence {
  readonly updateTime: Timestamp;
}

export interface Claim {
  readonly epoch: number;
  readonly writer: string;
}

interface Claimed {
  readonly document: SessionDocument;
  readonly fence: Fence;
}

/** A session that is claimed and not opened yet. */
export interface ClaimedSession extends Claimed {
  readonly writer: string;
}

/** Thrown when what is stored is no session, or one of another version. Trying again would not help. */
export class MalformedSessionError extends Error {
  constructor(issue: z.core.$ZodIssue | undefined) {
    super(`its document is malformed (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
    this.name = 'MalformedSessionError';
  }
}

function sessionOf(snapshot: DocumentSnapshot): Claimed | null {
  if (!snapshot.exists || snapshot.updateTime === undefined) return null;
  const parsed = sessionSchema.safeParse(snapshot.data());
  if (!parsed.success) throw new MalformedSessionError(parsed.error.issues[0]);
  return { document: parsed.data, fence: { updateTime: snapshot.updateTime } };
}

/** How often a claim is tried again because somebody wrote in between; each time that somebody got further. */
const CLAIM_TRIES = 10;

/**
 * Takes the session for `claim`, creating it the first time. From here on no earlier writer can commit. One read and one write that
 * lands only on what was read: a transaction would not tell the version it wrote, and that version is the fence.
 *
 * @param makeKey called when the account has no data key yet.
 * @returns what is stored, or `null` when a later epoch has it. @throws MalformedSessionError; the Firestore error.
 */
export async function claimSession(
  db: Firestore,
  accountId: string,
  claim: Claim,
  makeKey: () => Promise<SessionKeys>,
): Promise<Claimed | null> {
  for (let tries = 1; ; tries += 1) {
    const snapshot = await db.doc(paths.session(accountId)).get();
    if (Number(snapshot.get('epoch') ?? 0) > claim.epoch) return null;
    const stored = sessionOf(snapshot);
    try {
      return await writeClaim(db, accountId, claim, stored ?? (await makeKey()));
    } catch (error) {
      if (tries === CLAIM_TRIES || !(isLostRace(error) || isAlreadyExists(error))) throw error;
    }
  }
}

/**
 * Adds the claim of a session to the batch that takes its account's lease: from the moment that moves, no earlier owner can commit.
 *
 * @param stored the session's document as it was read. The batch fails if it changed since.
 * @returns what is stored, as it is once the batch is committed, or `null`, and nothing is added, when there is no session yet or it
 *   cannot be claimed like this: `claimSession` makes one, or says what is wrong.
 */
export function claimInBatch(batch: WriteBatch, stored: DocumentSnapshot, claim: Claim): SessionDocument | null {
  const parsed = sessionSchema.safeParse(stored.data());
  if (!parsed.success || parsed.data.epoch > claim.epoch) return null;
  const stamp = stampOf(claim);
  batch.update(stored.ref, { ...stamp, updatedAt: FieldValue.serverTimestamp() }, asRead(stored));
  return { ...parsed.data, ...stamp };
}

function stampOf({ epoch, writer }: Claim): Claim & Pick<SessionDocument, 'sequence'> {
  return { epoch, writer, sequence: 0 };
}

async function writeClaim(
  db: Firestore,
  accountId: string,
  claim: Claim,
  basis: Claimed | SessionKeys,
): Promise<Claimed> {
  const reference = db.doc(paths.session(accountId));
  const stamp = stampOf(claim);
  const updatedAt = FieldValue.serverTimestamp();
  if ('fence' in basis) {
    const { document, fence } = basis;
    const { writeTime } = await reference.update({ ...stamp, updatedAt }, { lastUpdateTime: fence.updateTime });
    return { document: { ...document, ...stamp }, fence: { updateTime: writeTime } };
  }
  const document: SessionDocument = {
    ...basis,
    schemaVersion: SESSION_SCHEMA_VERSION,
    creds: null,
    recent: null,
    snapshots: null,
    isRotating: false,
    ...stamp,
  };
  const { writeTime } = await reference.create({ ...document, updatedAt });
  return { document, fence: { updateTime: writeTime } };
}

/** Reads every bucket document. Only meaningful after `claimSession`: before, someone else may be writing. */
export async function readBucketParts(db: Firestore, accountId: string): Promise<readonly BucketPart[]> {
  const { docs } = await db.collection(paths.sessionKeys(accountId)).get();
  return docs.map((document) => ({
    partId: document.id,
    ...(partSchema.safeParse(document.data()).data ?? MALFORMED_PART),
  }));
}

export interface SessionCommit {
  readonly sequence: number;
  /** Fields that are missing stay as they are. */
  readonly fields: Partial<Pick<SessionDocument, 'creds' | 'recent' | 'snapshots' | 'isRotating'>> &
    Partial<SessionKeys>;
  readonly parts: readonly BucketPart[];
  readonly deletedPartIds: readonly string[];
  /** Credentials to be kept aside encrypted, in a slot or as damaged; `purge` drops all that was kept aside. */
  readonly backup: { readonly slot: number | 'damaged'; readonly creds: Uint8Array } | 'purge' | null;
}

/** Snapshots of credentials that are kept. */
export const SNAPSHOT_SLOTS = 3;

const snapshotSchema = z.object({ creds: bytesSchema, createdAt: z.instanceof(Timestamp) });

/** The snapshots there are, newest first. */
export async function readSnapshots(
  db: Firestore,
  accountId: string,
): Promise<readonly { readonly sealed: Uint8Array; readonly takenAt: Date }[]> {
  const backups = db.doc(paths.session(accountId)).collection(BACKUPS);
  const stored = await db.getAll(...Array.from({ length: SNAPSHOT_SLOTS }, (_, slot) => backups.doc(String(slot))));
  return stored
    .flatMap((snapshot) => snapshotSchema.safeParse(snapshot.data()).data ?? [])
    .map(({ creds, createdAt }) => ({ sealed: creds, takenAt: createdAt.toDate() }))
    .sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
}

/** Writes all of it or nothing. @throws the Firestore error; see `isLostRace`. */
export async function commitSession(
  db: Firestore,
  accountId: string,
  fence: Fence,
  commit: SessionCommit,
): Promise<Fence> {
  const session = db.doc(paths.session(accountId));
  const keys = db.collection(paths.sessionKeys(accountId));
  const batch = db.batch();
  const stamp = { sequence: commit.sequence, updatedAt: FieldValue.serverTimestamp() };
  batch.update(session, { ...commit.fields, ...stamp }, { lastUpdateTime: fence.updateTime });
  for (const { partId, bytes, parts } of commit.parts) batch.set(keys.doc(partId), { bytes, parts });
  for (const partId of commit.deletedPartIds) batch.delete(keys.doc(partId));
  const backups = session.collection(BACKUPS);
  if (commit.backup === 'purge') {
    for (let slot = 0; slot < SNAPSHOT_SLOTS; slot += 1) batch.delete(backups.doc(String(slot)));
    batch.delete(backups.doc('damaged'));
  } else if (commit.backup) {
    const { slot, creds } = commit.backup;
    batch.set(backups.doc(String(slot)), { creds, createdAt: FieldValue.serverTimestamp() });
  }
  const [written] = await batch.commit();
  if (!written) throw new Error('Firestore answered a commit without a result');
  return { updateTime: written.writeTime };
}

/** Who wrote last, and the fence that goes with it; `null` when the document is gone. */
export async function readLastWrite(
  db: Firestore,
  accountId: string,
): Promise<(Claim & { readonly sequence: number; readonly fence: Fence }) | null> {
  const stored = sessionOf(await db.doc(paths.session(accountId)).get());
  if (!stored) return null;
  const { epoch, writer, sequence } = stored.document;
  return { epoch, writer, sequence, fence: stored.fence };
}

/**
 * Deletes all there is of a session without reading what it says, for one that cannot be read: its keys go with it, so that whatever
 * copy of it there still is stays closed. No earlier writer can commit from here on.
 *
 * @returns `fenced` when a later epoch has it. @throws the Firestore error, also when somebody wrote meanwhile.
 */
export async function deleteSession(db: Firestore, accountId: string, epoch: number): Promise<'deleted' | 'fenced'> {
  const session = db.doc(paths.session(accountId));
  const stored = await session.get();
  if (!stored.exists || stored.updateTime === undefined) return 'deleted';
  if (Number(stored.get('epoch')) > epoch) return 'fenced';
  const parts = await db.collection(paths.sessionKeys(accountId)).listDocuments();
  const backups = await session.collection(BACKUPS).listDocuments();
  const batch = db.batch();
  batch.delete(session, { lastUpdateTime: stored.updateTime });
  for (const document of [...parts, ...backups]) batch.delete(document);
  await batch.commit();
  return 'deleted';
}
