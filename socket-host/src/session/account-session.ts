/**
 * The linked credentials of one account, all in memory, written through to Firestore encrypted.
 *
 * What is guaranteed: `set` and `saveCreds` resolve only after a commit that holds them; commits of an account are serial, what is
 * handed in during one tick (or during a commit) shares the next; a commit is all or nothing over rows and credentials; and no
 * commit lands once the session was claimed by someone else (see `store/sessions.ts`). An ordinary send costs one document write.
 */
import type { BucketPart, SessionCommit } from '../store/sessions.ts';
import { cutBucket, partIdsFrom, rowKeyOf } from './buckets.ts';
import type { FencedWriter } from './fenced-writer.ts';
import type { SessionCrypt } from './session-crypt.ts';
import type { RowsPlan, SessionRows } from './session-rows.ts';
import type { AccountSession, EraseMode, SessionRow } from './types.ts';

/** Firestore takes 10 MiB per commit; a larger fold is written in several, the buckets first. */
const MAX_COMMIT_BYTES = 8_000_000;

type Changes = Omit<SessionCommit, 'sequence'>;
const NO_CHANGES: Changes = { fields: {}, parts: [], deletedPartIds: [], backup: null };

export interface LoadedSession {
  readonly creds: string | null;
  readonly rows: SessionRows;
  /** How many documents each stored bucket has. */
  readonly partCounts: Map<string, number>;
}

export class StoredSession implements AccountSession {
  readonly #writer: FencedWriter;
  readonly #crypt: SessionCrypt;
  readonly #rows: SessionRows;
  readonly #partCounts: Map<string, number>;
  #creds: string | null;
  /** Rows in memory that no commit holds yet. */
  #dirty = new Map<string, SessionRow>();
  #isCredsDirty = false;
  /** An erasure no commit holds yet, with the credentials it forgets. */
  #erasing: { readonly mode: EraseMode; readonly creds: string | null } | null = null;
  /** The commit that will take what is dirty now. */
  #upcoming: Promise<void> | null = null;
  /** The last commit that was begun or planned. */
  #last: Promise<void> = Promise.resolve();

  constructor(writer: FencedWriter, crypt: SessionCrypt, loaded: LoadedSession) {
    this.#writer = writer;
    this.#crypt = crypt;
    this.#creds = loaded.creds;
    this.#rows = loaded.rows;
    this.#partCounts = loaded.partCounts;
  }

  get creds(): string | null {
    return this.#creds;
  }

  get(type: string, id: string): string | undefined {
    return this.#rows.get(type, id);
  }

  set(rows: readonly SessionRow[]): Promise<void> {
    const changed = rows.filter((row) => this.#rows.get(row.type, row.id) !== (row.value ?? undefined));
    for (const row of changed) {
      this.#rows.put(row);
      this.#dirty.set(rowKeyOf(row), row);
    }
    // Rows that are as they were may still be on their way: whoever sets them again waits for that commit.
    return changed.length > 0 ? this.#nextCommit() : this.flush();
  }

  saveCreds(creds: string): Promise<void> {
    if (creds === this.#creds) return this.flush();
    this.#creds = creds;
    this.#isCredsDirty = true;
    return this.#nextCommit();
  }

  erase(mode: EraseMode): Promise<void> {
    // Asked twice, the first one's credentials are still the ones to keep.
    this.#erasing = { mode, creds: this.#erasing?.creds ?? this.#creds };
    this.#creds = null;
    this.#isCredsDirty = false;
    this.#rows.clear();
    this.#dirty.clear();
    return this.#nextCommit();
  }

  flush(): Promise<void> {
    return this.#hasWork() ? this.#nextCommit() : this.#last;
  }

  #hasWork(): boolean {
    return this.#dirty.size > 0 || this.#isCredsDirty || this.#erasing !== null;
  }

  #nextCommit(): Promise<void> {
    this.#upcoming ??= this.#begin(this.#last);
    return this.#upcoming;
  }

  #begin(previous: Promise<void>): Promise<void> {
    const commit = (async () => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      // Its failure is told to those who waited for it; what it held is dirty again and goes with this one.
      await previous.catch(() => undefined);
      this.#upcoming = null;
      await this.#commit();
    })();
    this.#last = commit;
    // Not every caller waits. A failure is logged where it happens and must not end the process.
    commit.catch(() => undefined);
    return commit;
  }

  async #commit(): Promise<void> {
    if (this.#erasing) await this.#commitErase(this.#erasing);
    if (!this.#hasWork()) return;
    const dirty = this.#dirty;
    const isCredsIncluded = this.#isCredsDirty;
    const plan = this.#rows.plan(dirty);
    this.#dirty = new Map();
    this.#isCredsDirty = false;
    try {
      await this.#write(plan, isCredsIncluded ? { creds: this.#sealCreds('creds', this.#creds) } : {});
      this.#rows.settled(plan);
    } catch (error) {
      this.#takeBack(dirty, isCredsIncluded);
      throw error;
    }
  }

  /** What a failed commit held is dirty again, unless it was erased or overwritten meanwhile. */
  #takeBack(dirty: ReadonlyMap<string, SessionRow>, isCredsIncluded: boolean): void {
    if (this.#erasing) return;
    this.#dirty = new Map([...dirty, ...this.#dirty]);
    this.#isCredsDirty ||= isCredsIncluded;
  }

  async #write(plan: RowsPlan, fields: Changes['fields']): Promise<void> {
    switch (plan.kind) {
      case 'none':
        await this.#writer.commit({ ...NO_CHANGES, fields });
        return;
      case 'recent':
        await this.#writer.commit({
          ...NO_CHANGES,
          fields: { ...fields, recent: this.#crypt.seal('recent', plan.recent) },
        });
        return;
      case 'fold':
        await this.#fold(plan.buckets, fields);
    }
  }

  async #fold(buckets: ReadonlyMap<string, Uint8Array | null>, fields: Changes['fields']): Promise<void> {
    const deletedPartIds: string[] = [];
    const counts = new Map<string, number>();
    let parts: BucketPart[] = [];
    let size = 0;
    for (const [bucketId, plain] of buckets) {
      const cut = plain ? cutBucket(bucketId, this.#crypt.seal(bucketId, plain)) : [];
      counts.set(bucketId, cut.length);
      deletedPartIds.push(...partIdsFrom(bucketId, cut.length, this.#partCounts.get(bucketId) ?? 0));
      const bytes = cut.reduce((sum, part) => sum + part.bytes.length, 0);
      if (parts.length > 0 && size + bytes > MAX_COMMIT_BYTES) {
        await this.#writer.commit({ ...NO_CHANGES, parts });
        parts = [];
        size = 0;
      }
      parts.push(...cut);
      size += bytes;
    }
    await this.#writer.commit({ fields: { ...fields, recent: null }, parts, deletedPartIds, backup: null });
    for (const [bucketId, count] of counts) this.#partCounts.set(bucketId, count);
  }

  async #commitErase(erasing: { readonly mode: EraseMode; readonly creds: string | null }): Promise<void> {
    const backup = erasing.mode === 'destroy' ? 'purge' : this.#sealCreds('backup', erasing.creds);
    const deletedPartIds = [...this.#partCounts].flatMap(([bucketId, count]) => partIdsFrom(bucketId, 0, count));
    await this.#writer.commit({ fields: { creds: null, recent: null }, parts: [], deletedPartIds, backup });
    this.#partCounts.clear();
    this.#rows.forgetRecent();
    if (this.#erasing === erasing) this.#erasing = null;
  }

  #sealCreds(place: 'creds' | 'backup', creds: string | null): Uint8Array | null {
    return creds === null ? null : this.#crypt.seal(place, Buffer.from(creds, 'utf8'));
  }
}
