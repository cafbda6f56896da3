/**
 * The linked credentials of one account, all in memory, written through to Firestore encrypted.
 *
 * What is guaranteed: `set` and `saveCreds` resolve only after a commit that holds them; commits of an account are serial, what is
 * handed in during one tick (or during a commit) shares the next; a commit is all or nothing over rows and credentials; no commit
 * lands once the session was claimed by someone else (see `store/sessions.ts`), and none follows one that may have landed or not (see
 * `fenced-writer.ts`). An ordinary send costs one document write.
 */
import type { SessionCommit, SnapshotState } from '../store/sessions.ts';
import { BucketWriter } from './bucket-writer.ts';
import { rowKeyOf } from './buckets.ts';
import type { FencedWriter } from './fenced-writer.ts';
import { decideSnapshot, slotOf, withSnapshot } from './creds-snapshots.ts';
import type { Rekeying, SessionCrypt } from './session-crypt.ts';
import type { SessionRows } from './session-rows.ts';
import type { AccountSession, EraseMode, InspectCreds, LostRows, RestoredCreds, SessionRow } from './types.ts';

export interface LoadedSession {
  readonly creds: string | null;
  readonly restored: RestoredCreds | null;
  readonly lost: LostRows | null;
  readonly snapshots: SnapshotState | null;
  readonly rows: SessionRows;
  /** How many documents each stored bucket has. */
  readonly partCounts: ReadonlyMap<string, number>;
  /** Some of what is stored may still be sealed with a former data key. */
  readonly isRotating: boolean;
}

/** The mark of snapshots whose link has ended: no credentials have it, so those of the next link are kept aside at once. */
const ENDED = 'ended';

const NO_ROWS = { parts: [], deletedPartIds: [], backup: null } as const;

/** What a session needs beside its rows. */
export interface SessionDependencies {
  readonly writer: FencedWriter;
  readonly crypt: SessionCrypt;
  readonly inspect: InspectCreds;
  readonly nowMs: () => number;
  /** New keys for a session that is destroyed: nothing that was sealed before opens with them. */
  readonly freshKeys: () => Promise<Rekeying>;
}

export class StoredSession implements AccountSession {
  readonly restored: RestoredCreds | null;
  readonly lost: LostRows | null;
  readonly #with: SessionDependencies;
  #crypt: SessionCrypt;
  readonly #rows: SessionRows;
  readonly #buckets: BucketWriter;
  #creds: string | null;
  #snapshots: SnapshotState | null;
  /** Rows in memory that no commit holds yet. */
  #dirty = new Map<string, SessionRow>();
  #isCredsDirty = false;
  /** Rows that are gone from memory; the next commit takes them out of the store. */
  #forgotten = new Map<string, SessionRow>();
  /** Some of what is stored may be sealed with a former data key. */
  #isRotating: boolean;
  /** The next commit is to seal everything anew. */
  #isRekeying = false;
  /** An erasure no commit holds yet, with the credentials it forgets. */
  #erasing: { readonly mode: EraseMode; readonly creds: string | null } | null = null;
  /** The commit that will take what is dirty now. */
  #upcoming: Promise<void> | null = null;
  /** The last commit that was begun or planned. */
  #last: Promise<void> = Promise.resolve();

  constructor(dependencies: SessionDependencies, loaded: LoadedSession) {
    this.#with = dependencies;
    this.#crypt = dependencies.crypt;
    this.restored = loaded.restored;
    this.lost = loaded.lost;
    this.#creds = loaded.creds;
    this.#snapshots = loaded.snapshots;
    this.#rows = loaded.rows;
    this.#buckets = new BucketWriter(dependencies.writer, loaded.partCounts);
    this.#isRotating = loaded.isRotating;
  }

  get creds(): string | null {
    return this.#creds;
  }

  get(type: string, id: string): string | undefined {
    return this.#rows.get(type, id);
  }

  list(type: string): readonly { readonly id: string; readonly value: string }[] {
    return this.#rows.list(type);
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

  forget(type: string, ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#rows.get(type, id) === undefined) continue;
      const row = { type, id, value: null };
      this.#rows.put(row);
      // One that no commit holds yet must not be written any more.
      this.#dirty.delete(rowKeyOf(row));
      this.#forgotten.set(rowKeyOf(row), row);
    }
  }

  async rotateDataKey(): Promise<void> {
    await this.#afterCommits(async () => {
      // Not sooner: a commit before this one may have replaced the keys, or destroyed them.
      const { crypt, keys } = await this.#crypt.rotate(this.#with.nowMs());
      // From here on both keys open what is stored; a crash before the end leaves the rest to the next opening.
      await this.#with.writer.commit({ ...NO_ROWS, fields: { ...keys, isRotating: true } });
      this.#crypt = crypt;
      this.#isRotating = true;
    });
    await this.finishRotation();
  }

  /** Seals anew what may still be sealed with a former data key. */
  finishRotation(): Promise<void> {
    this.#isRekeying = this.#isRotating;
    return this.flush();
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
    this.#forgotten.clear();
    return this.#nextCommit();
  }

  flush(): Promise<void> {
    return this.#hasWork() ? this.#nextCommit() : this.#last;
  }

  #hasWork(): boolean {
    return this.#dirty.size > 0 || this.#isCredsDirty || this.#isRekeying || this.#erasing !== null;
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

  /** Runs a task of its own between two commits. */
  #afterCommits(task: () => Promise<void>): Promise<void> {
    const previous = this.#last;
    const done = (async () => {
      await previous.catch(() => undefined);
      await task();
    })();
    // Its failure is its caller's: it took no rows with it.
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #commit(): Promise<void> {
    if (this.#erasing) await this.#commitErase(this.#erasing);
    if (!this.#hasWork()) return;
    const dirty = new Map([...this.#forgotten, ...this.#dirty]);
    const isCredsIncluded = this.#isCredsDirty;
    this.#dirty = new Map();
    this.#forgotten = new Map();
    this.#isCredsDirty = false;
    try {
      if (this.#isRekeying) await this.#commitRekeyed();
      else await this.#commitChanges(dirty, isCredsIncluded);
    } catch (error) {
      this.#takeBack(dirty, isCredsIncluded);
      throw error;
    }
  }

  async #commitChanges(dirty: ReadonlyMap<string, SessionRow>, isCredsIncluded: boolean): Promise<void> {
    const plan = this.#rows.plan(dirty);
    const snapshots = isCredsIncluded ? this.#snapshotDue() : null;
    // A former key goes with the last snapshot it sealed.
    const { crypt, keys } = this.#crypt.keepOnly(new Set((snapshots ?? this.#snapshots)?.keyIds));
    const isKeyGone = !this.#isRotating && crypt.formerKeyIds.length < this.#crypt.formerKeyIds.length;
    await this.#buckets.write(plan, this.#crypt, {
      fields: {
        ...(isCredsIncluded ? { creds: this.#sealCreds('creds', this.#creds) } : {}),
        ...(snapshots ? { snapshots } : {}),
        ...(snapshots && isKeyGone ? keys : {}),
      },
      backup: this.#snapshotOf(this.#creds, snapshots),
    });
    this.#rows.settled(plan);
    this.#snapshots = snapshots ?? this.#snapshots;
    if (snapshots && isKeyGone) this.#crypt = crypt;
  }

  /** Writes everything there is, under the present data key. */
  async #commitRekeyed(): Promise<void> {
    const plan = this.#rows.planAll();
    const { crypt, keys } = this.#crypt.keepOnly(new Set(this.#snapshots?.keyIds));
    const fields = { creds: this.#sealCreds('creds', this.#creds) };
    await this.#buckets.write(plan, this.#crypt, { fields }, { ...keys, isRotating: false });
    this.#rows.settled(plan);
    this.#crypt = crypt;
    this.#isRotating = false;
    this.#isRekeying = false;
  }

  #snapshotDue(): SnapshotState | null {
    if (this.#creds === null) return null;
    const when = { nowMs: this.#with.nowMs(), keyId: this.#crypt.dataKeyId };
    return decideSnapshot(this.#snapshots, this.#with.inspect(this.#creds), when);
  }

  #snapshotOf(creds: string | null, snapshots: SnapshotState | null): SessionCommit['backup'] {
    const sealed = snapshots && this.#sealCreds('backup', creds);
    return snapshots && sealed ? { slot: slotOf(snapshots.taken), creds: sealed } : null;
  }

  /** What a failed commit held is dirty again, unless it was erased or overwritten meanwhile. */
  #takeBack(dirty: ReadonlyMap<string, SessionRow>, isCredsIncluded: boolean): void {
    if (this.#erasing) return;
    this.#dirty = new Map([...dirty, ...this.#dirty]);
    this.#isCredsDirty ||= isCredsIncluded;
  }

  async #commitErase(erasing: { readonly mode: EraseMode; readonly creds: string | null }): Promise<void> {
    if (erasing.mode === 'destroy') await this.#destroy();
    else await this.#archive(erasing.creds);
    this.#rows.forgetRecent();
    if (this.#erasing === erasing) this.#erasing = null;
  }

  /** The credentials of a link that has ended, kept aside unless a snapshot has them. What follows is another link. */
  async #archive(creds: string | null): Promise<void> {
    const when = { nowMs: this.#with.nowMs(), keyId: this.#crypt.dataKeyId };
    const isKept = creds === null || this.#snapshots?.mark === this.#with.inspect(creds).mark;
    const snapshots = isKept
      ? this.#snapshots && { ...this.#snapshots, mark: ENDED }
      : withSnapshot(this.#snapshots, ENDED, when);
    const backup = isKept ? null : this.#snapshotOf(creds, snapshots);
    await this.#buckets.clear({ fields: { creds: null, snapshots }, backup });
    this.#snapshots = snapshots;
  }

  /** With its keys gone, whatever copy of the session there still is cannot be read any more. */
  async #destroy(): Promise<void> {
    const { crypt, keys } = await this.#with.freshKeys();
    const fields = { creds: null, snapshots: null, isRotating: false, ...keys };
    await this.#buckets.clear({ fields, backup: 'purge' });
    this.#crypt = crypt;
    this.#snapshots = null;
    this.#isRotating = false;
    this.#isRekeying = false;
  }

  #sealCreds(place: 'creds' | 'backup', creds: string | null): Uint8Array | null {
    return creds === null ? null : this.#crypt.seal(place, Buffer.from(creds, 'utf8'));
  }
}
