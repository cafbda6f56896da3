/**
 * Which bucket a row lives in, and how a bucket's bytes are cut into documents. Pure.
 * The shard counts are part of the stored layout: changing one needs a new schema version.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { BucketPart } from '../store/sessions.ts';
import type { SessionRow } from './types.ts';

/**
 * Rows of a type are spread over this many buckets by a hash of their id, so that a write touches little: chosen for an account
 * with 5,000 contacts, where a bucket is then some tens of kilobytes. Larger ones are cut, never refused. A bucket without rows has no
 * document, so a small account has few.
 */
const SHARDS: Record<string, number> = {
  session: 256,
  'sender-key': 64,
  'lid-mapping': 16,
  'identity-key': 16,
  'app-state-sync-version': 8,
  'device-list': 8,
  tctoken: 8,
  inbound: 4,
  'pre-key': 4,
  'sender-key-memory': 4,
};
const OTHER_SHARDS = 1;

/** Bytes of one document at most. Far below Firestore's 1 MiB, so that rewriting one stays quick. */
export const MAX_PART_BYTES = 180_000;

/** FNV-1a: fast, and stable for ever, which is all a shard needs. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

export function bucketOf(type: string, id: string): string {
  return `${type}-${String(hashOf(id) % (SHARDS[type] ?? OTHER_SHARDS))}`;
}

/** Every bucket rows of a type may live in. */
export function bucketIdsOf(type: string): string[] {
  return Array.from({ length: SHARDS[type] ?? OTHER_SHARDS }, (_, shard) => `${type}-${String(shard)}`);
}

/** The one key of a row within its bucket. No type contains a space. */
export function rowKeyOf(row: Pick<SessionRow, 'type' | 'id'>): string {
  return `${row.type} ${row.id}`;
}

/** Types whose rows are written once and then deleted, never changed. While such a row is in `recent`, no bucket has it. */
const WRITTEN_ONCE: ReadonlySet<string> = new Set(['inbound']);

export function isWrittenOnce({ type }: Pick<SessionRow, 'type'>): boolean {
  return WRITTEN_ONCE.has(type);
}

/** Types whose rows make good what a crash leaves of others: a ratchet that moved before what it read was kept is a message lost. */
const WRITTEN_FIRST: ReadonlySet<string> = new Set(['inbound']);

/** Whether a bucket has to be durable no later than any other of the same fold. */
export function isWrittenFirst(bucketId: string): boolean {
  return WRITTEN_FIRST.has(typeOfBucket(bucketId));
}

/** The first bytes of what zlib's gzip makes. Rows that are not compressed begin with a bracket. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Rows of a bucket: compressed, since a bucket is written rarely and read at every start. */
export function encodeBucket(rows: Iterable<SessionRow>): Uint8Array {
  return gzipSync(encodeRows(rows), { level: 1 });
}

/** Rows as bytes, and back. A row that deletes is kept as such: in `recent` it hides what its bucket still holds. */
export function encodeRows(rows: Iterable<SessionRow>): Uint8Array {
  return Buffer.from(JSON.stringify(Array.from(rows, ({ type, id, value }) => [type, id, value])), 'utf8');
}

export function decodeRows(bytes: Uint8Array): SessionRow[] {
  const isCompressed = GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
  const rows: unknown = JSON.parse((isCompressed ? gunzipSync(bytes) : Buffer.from(bytes)).toString('utf8'));
  if (!Array.isArray(rows)) throw new Error('stored rows are not a list');
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw new Error('a stored row is not a list');
    const [type, id, value] = row as unknown[];
    if (typeof type !== 'string' || typeof id !== 'string') throw new Error('a stored row has no type or id');
    if (typeof value !== 'string' && value !== null) throw new Error('a stored row has no value');
    return { type, id, value };
  });
}

/** The type of the rows a bucket holds. */
export function typeOfBucket(bucketId: string): string {
  return bucketId.slice(0, bucketId.lastIndexOf('-'));
}

function partIdOf(bucketId: string, index: number): string {
  return index === 0 ? bucketId : `${bucketId}.${String(index)}`;
}

/** The ids of a bucket's documents from one index up to another: what a bucket that shrank leaves behind. */
export function partIdsFrom(bucketId: string, from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => partIdOf(bucketId, from + index));
}

/** Cuts a bucket's sealed bytes into documents. */
export function cutBucket(bucketId: string, sealed: Uint8Array): BucketPart[] {
  const parts = Math.max(1, Math.ceil(sealed.length / MAX_PART_BYTES));
  return Array.from({ length: parts }, (_, index) => ({
    partId: partIdOf(bucketId, index),
    bytes: sealed.subarray(index * MAX_PART_BYTES, (index + 1) * MAX_PART_BYTES),
    parts,
  }));
}

/** A bucket put together from its documents; `sealed` is `null` when one of them is missing or of another version. */
export interface JoinedBucket {
  readonly sealed: Uint8Array | null;
  /** Its documents, as far as they are there. */
  readonly partIds: readonly string[];
}

/** Puts the documents of all buckets together again: each bucket whole or not at all. */
export function joinBuckets(stored: readonly BucketPart[]): Map<string, JoinedBucket> {
  const byBucket = new Map<string, BucketPart[]>();
  for (const part of stored) {
    const [bucketId = ''] = part.partId.split('.');
    byBucket.set(bucketId, [...(byBucket.get(bucketId) ?? []), part]);
  }
  return new Map(Array.from(byBucket, ([bucketId, parts]) => [bucketId, joinBucket(bucketId, parts)]));
}

function joinBucket(bucketId: string, stored: readonly BucketPart[]): JoinedBucket {
  const byId = new Map(stored.map((part) => [part.partId, part]));
  const count = byId.get(bucketId)?.parts ?? 0;
  const parts = partIdsFrom(bucketId, 0, count).flatMap((partId) => byId.get(partId) ?? []);
  const isWhole = count > 0 && parts.length === count && parts.every((part) => part.parts === count);
  return { sealed: isWhole ? Buffer.concat(parts.map(({ bytes }) => bytes)) : null, partIds: [...byId.keys()] };
}
