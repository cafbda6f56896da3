/**
 * Reads the rows of a stored session. What is damaged is left out, and with it whatever would mislead without it: a link does not
 * end over a lost bucket, since people's devices set ratchets up anew. Changes nothing itself: it says what to take out of the store.
 */
import type { BucketPart } from '../store/sessions.ts';
import { decodeRows, encodeRows, joinBuckets, typeOfBucket } from './buckets.ts';
import type { SessionCrypt } from './session-crypt.ts';
import { SessionRows } from './session-rows.ts';
import type { LostRows, SessionRow } from './types.ts';

/**
 * Types of which an older row is worse than none: a ratchet that is used a second time makes messages that are dropped without a word,
 * and of a row that was cut into pieces some would be older than others. Without `recent` nobody knows which rows are older.
 */
const NEVER_STALE = ['session', 'sender-key', 'sender-key-memory', 'app-state-sync-version', 'tctoken'] as const;

/** A lost key to a group is made and told anew only if it is forgotten as well who was told the former one. */
const LOST_WITH: Readonly<Record<string, readonly string[]>> = { 'sender-key': ['sender-key-memory'] };

/** How many damaged places are named to people. */
const MAX_NAMED = 10;

export interface StoredRows {
  readonly rows: SessionRows;
  /** How many documents each bucket has. */
  readonly partCounts: ReadonlyMap<string, number>;
  /** `null` when everything could be read. */
  readonly loss: RowLoss | null;
}

/** What has to be written so that the next opening finds a whole session. */
export interface RowLoss {
  /** Documents that are of no use any more. */
  readonly partIds: readonly string[];
  /** What `recent` is to hold from now on, not yet sealed. */
  readonly recent: Uint8Array;
  readonly told: LostRows;
}

/** @param recent the rows written since their buckets were, sealed. */
export function openRows(parts: readonly BucketPart[], recent: Uint8Array | null, crypt: SessionCrypt): StoredRows {
  const opened = (place: string, sealed: Uint8Array) => readable(() => decodeRows(crypt.open(place, sealed)));
  const buckets = Array.from(joinBuckets(parts), ([bucketId, { sealed, partIds }]) => {
    return { bucketId, partIds, rows: sealed && opened(bucketId, sealed) };
  });
  const latest = recent ? opened('recent', recent) : [];
  const damaged = buckets.filter(({ rows }) => rows === null).map(({ bucketId }) => bucketId);
  const forgotten = new Set([
    ...(latest === null ? NEVER_STALE : []),
    ...damaged.flatMap((bucketId) => LOST_WITH[typeOfBucket(bucketId)] ?? []),
  ]);
  const isKept = ({ rows, bucketId }: (typeof buckets)[number]) =>
    rows !== null && !forgotten.has(typeOfBucket(bucketId));
  const kept = buckets.filter(isKept);
  const keptLatest = (latest ?? []).filter(({ type }) => !forgotten.has(type));
  const told = tellLoss([...(latest === null ? ['recent'] : []), ...damaged], [...forgotten]);
  const partIds = buckets.filter((bucket) => !isKept(bucket)).flatMap((bucket) => bucket.partIds);
  return {
    rows: SessionRows.from(
      kept.flatMap(({ rows }) => rows ?? []),
      keptLatest,
    ),
    partCounts: new Map(kept.map((bucket) => [bucket.bucketId, bucket.partIds.length])),
    loss: told && { partIds, recent: encodeRows(keptLatest), told },
  };
}

function readable(read: () => SessionRow[]): SessionRow[] | null {
  try {
    return read();
  } catch {
    // Whatever it is, it is not what was written.
    return null;
  }
}

function tellLoss(damaged: readonly string[], forgotten: readonly string[]): LostRows | null {
  if (damaged.length === 0) return null;
  const more = damaged.length > MAX_NAMED ? ` and ${String(damaged.length - MAX_NAMED)} more` : '';
  return { damaged: `${damaged.slice(0, MAX_NAMED).join(', ')}${more}`, forgotten: forgotten.join(', ') };
}
