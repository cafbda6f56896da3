/**
 * An account's rows in memory, arranged by the bucket each belongs to. Owns which rows are only in `recent`. Does no I/O: it says
 * what a commit has to write.
 */
import { bucketIdsOf, bucketOf, encodeBucket, encodeRows, isWrittenOnce, rowKeyOf } from './buckets.ts';
import type { SessionRow } from './types.ts';

/**
 * How much `recent` may hold, in characters, before its rows move to their buckets. An ordinary send rewrites `recent` and
 * nothing else; a larger limit means fewer moves and more bytes per send.
 */
const RECENT_LIMIT = 48_000;

/** What a commit writes of the rows: nothing, `recent` alone, or the buckets that its rows move to (`null`: none are left). */
export type RowsPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'recent'; readonly recent: Uint8Array; readonly rows: ReadonlyMap<string, SessionRow> }
  | { readonly kind: 'fold'; readonly buckets: ReadonlyMap<string, Uint8Array | null> };

export class SessionRows {
  /** Bucket → row key → row, for rows that have a value. */
  readonly #buckets = new Map<string, Map<string, SessionRow>>();
  /** Rows that are durable in `recent` and not yet in their bucket. */
  #recent: ReadonlyMap<string, SessionRow> = new Map();

  /** @param recent what `recent` holds: newer than what is in buckets, and partly of the same rows. */
  static from(inBuckets: readonly SessionRow[], recent: readonly SessionRow[]): SessionRows {
    const rows = new SessionRows();
    for (const row of [...inBuckets, ...recent]) rows.put(row);
    rows.#recent = new Map(recent.map((row) => [rowKeyOf(row), row]));
    return rows;
  }

  get(type: string, id: string): string | undefined {
    return this.#buckets.get(bucketOf(type, id))?.get(rowKeyOf({ type, id }))?.value ?? undefined;
  }

  list(type: string): { readonly id: string; readonly value: string }[] {
    return bucketIdsOf(type)
      .flatMap((bucketId) => [...(this.#buckets.get(bucketId)?.values() ?? [])])
      .flatMap(({ id, value }) => (value === null ? [] : [{ id, value }]));
  }

  put(row: SessionRow): void {
    const bucketId = bucketOf(row.type, row.id);
    const bucket = this.#buckets.get(bucketId) ?? new Map<string, SessionRow>();
    if (row.value === null) bucket.delete(rowKeyOf(row));
    else bucket.set(rowKeyOf(row), row);
    this.#buckets.set(bucketId, bucket);
  }

  /** Drops every row from memory. What `recent` holds in the store is another matter: see `forgetRecent`. */
  clear(): void {
    this.#buckets.clear();
  }

  /** What has to be written so that `dirty` is durable. */
  plan(dirty: ReadonlyMap<string, SessionRow>): RowsPlan {
    if (dirty.size === 0) return { kind: 'none' };
    const recent = this.#withChanges(dirty);
    let size = 0;
    for (const [key, row] of recent) size += key.length + (row.value?.length ?? 0);
    if (size <= RECENT_LIMIT) return { kind: 'recent', recent: encodeRows(recent.values()), rows: recent };
    return this.#fold(new Set(Array.from(recent.values(), (row) => bucketOf(row.type, row.id))));
  }

  /** What has to be written to write every row anew. */
  planAll(): RowsPlan {
    return this.#fold(
      new Set([...this.#buckets.keys(), ...Array.from(this.#recent.values(), (row) => bucketOf(row.type, row.id))]),
    );
  }

  /** A plan became durable. */
  settled(plan: RowsPlan): void {
    if (plan.kind === 'fold') this.#recent = new Map();
    else if (plan.kind === 'recent') this.#recent = plan.rows;
  }

  /** `recent` was emptied in the store. */
  forgetRecent(): void {
    this.#recent = new Map();
  }

  #withChanges(dirty: ReadonlyMap<string, SessionRow>): Map<string, SessionRow> {
    const recent = new Map(this.#recent);
    for (const [key, row] of dirty) {
      const isOnlyHere = isWrittenOnce(row) && typeof recent.get(key)?.value === 'string';
      if (row.value === null && isOnlyHere) recent.delete(key);
      else recent.set(key, row);
    }
    return recent;
  }

  #fold(bucketIds: ReadonlySet<string>): RowsPlan {
    return { kind: 'fold', buckets: new Map(Array.from(bucketIds, (id) => [id, this.#encodeBucket(id)])) };
  }

  #encodeBucket(bucketId: string): Uint8Array | null {
    const rows = this.#buckets.get(bucketId);
    return rows && rows.size > 0 ? encodeBucket(rows.values()) : null;
  }
}
