/**
 * Session documents in Firestore: opaque bytes, their fence, and nothing about what they mean or how they are encrypted.
 *
 * Every commit updates `wa_sessions/{accountId}` on the condition that it was last written by our own previous commit, so one
 * document fences all the others of the batch: once another host (or another opening on this host) has claimed the session,
 * no write of ours can land any more, without a read or a second write per commit.
 */
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type DocumentSnapshot, type Firestore, type Timestamp } from 'firebase-admin/firestore';
import { z } from 'zod';

export const SESSION_SCHEMA_VERSION = 1;

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes');

/** An account's data key, encrypted with the key-encryption key named `kid`. */
const wrappedKeySchema = z.object({ kid: z.string(), dataKeyId: z.string(), wrappedKey: bytesSchema });
export type WrappedKey = z.infer<typeof wrappedKeySchema>;

const sessionSchema = wrappedKeySchema.extend({
  schemaVersion: z.literal(SESSION_SCHEMA_VERSION),
  epoch: z.int().nonnegative(),
  /** Who wrote last: one opening of the session on one host. */
  writer: z.string(),
  /** Counts that writer's commits, so that it recognises a commit whose answer got lost. */
  sequence: z.int().nonnegative(),
  creds: bytesSchema.nullable(),
  /** The rows written since the buckets they belong to were. */
  recent: bytesSchema.nullable(),
});
export type SessionDocument = z.infer<typeof sessionSchema>;

const partSchema = z.object({ bytes: bytesSchema, parts: z.int().positive() });

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

function sessionOf(snapshot: DocumentSnapshot): { readonly document: SessionDocument; readonly fence: Fence } | null {
  if (!snapshot.exists || snapshot.updateTime === undefined) return null;
  return { document: sessionSchema.parse(snapshot.data()), fence: { updateTime: snapshot.updateTime } };
}

/**
 * Takes the session for `claim`, creating it the first time. From here on no earlier writer can commit.
 *
 * @param makeKey called when the account has no data key yet.
 * @returns what is stored, or `null` when a later epoch has it.
 */
export async function claimSession(
  db: Firestore,
  accountId: string,
  claim: Claim,
  makeKey: () => Promise<WrappedKey>,
): Promise<{ readonly document: SessionDocument; readonly fence: Fence } | null> {
  const reference = db.doc(paths.session(accountId));
  const isClaimed = await db.runTransaction(async (transaction) => {
    const stored = sessionOf(await transaction.get(reference));
    if (stored && stored.document.epoch > claim.epoch) return false;
    const stamp = { ...claim, sequence: 0, updatedAt: FieldValue.serverTimestamp() };
    if (stored) transaction.update(reference, stamp);
    else {
      const empty = { schemaVersion: SESSION_SCHEMA_VERSION, creds: null, recent: null };
      transaction.create(reference, { ...(await makeKey()), ...empty, ...stamp });
    }
    return true;
  });
  if (!isClaimed) return null;
  const claimed = sessionOf(await reference.get());
  return claimed?.document.writer === claim.writer ? claimed : null;
}

/** Reads every bucket document. Only meaningful after `claimSession`: before, someone else may be writing. */
export async function readBucketParts(db: Firestore, accountId: string): Promise<readonly BucketPart[]> {
  const { docs } = await db.collection(paths.sessionKeys(accountId)).get();
  return docs.map((document) => ({ partId: document.id, ...partSchema.parse(document.data()) }));
}

export interface SessionCommit {
  readonly sequence: number;
  /** Fields that are missing stay as they are. */
  readonly fields: Partial<Pick<SessionDocument, 'creds' | 'recent'>> & Partial<WrappedKey>;
  readonly parts: readonly BucketPart[];
  readonly deletedPartIds: readonly string[];
  /** Credentials that are being forgotten, to be kept aside encrypted; `purge` drops those kept before. */
  readonly backup: Uint8Array | 'purge' | null;
}

const KEPT_BACKUPS = 3;

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
  const slots = Array.from({ length: KEPT_BACKUPS }, (_, slot) => session.collection('backups').doc(String(slot)));
  const slot = slots[commit.sequence % KEPT_BACKUPS];
  if (commit.backup === 'purge') for (const each of slots) batch.delete(each);
  else if (commit.backup && slot) {
    batch.set(slot, { creds: commit.backup, createdAt: FieldValue.serverTimestamp() });
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
