/** Writes rows where a plan says: into `recent` alone, or into their buckets. Owns how many documents each bucket has. */
import type { BucketPart, SessionCommit } from '../store/sessions.ts';
import { cutBucket, isWrittenFirst, partIdsFrom } from './buckets.ts';
import type { FencedWriter } from './fenced-writer.ts';
import type { SessionCrypt } from './session-crypt.ts';
import type { RowsPlan } from './session-rows.ts';

/** A larger fold is written in several commits. Firestore takes 10 MiB each, its emulator less than 4 MiB. */
const MAX_COMMIT_BYTES = 3_500_000;

/** What a commit writes beside rows. */
export type Beside = Partial<Pick<SessionCommit, 'fields' | 'backup'>>;

const NO_CHANGES = { fields: {}, parts: [], deletedPartIds: [], backup: null } as const;

type Buckets = Extract<RowsPlan, { kind: 'fold' }>['buckets'];

export class BucketWriter {
  readonly #writer: FencedWriter;
  readonly #partCounts: Map<string, number>;

  /** @param partCounts how many documents each stored bucket has. */
  constructor(writer: FencedWriter, partCounts: ReadonlyMap<string, number>) {
    this.#writer = writer;
    this.#partCounts = new Map(partCounts);
  }

  /**
   * @param beside goes with the first commit: credentials are never behind the pre-keys they count.
   * @param after goes with the last: what becomes true once all rows are where they belong.
   */
  async write(plan: RowsPlan, crypt: SessionCrypt, beside: Beside, after: SessionCommit['fields'] = {}): Promise<void> {
    const fields = { ...beside.fields, ...after };
    switch (plan.kind) {
      case 'none':
        return this.#writer.commit({ ...NO_CHANGES, ...beside, fields });
      case 'recent': {
        const recent = crypt.seal('recent', plan.recent);
        return this.#writer.commit({ ...NO_CHANGES, ...beside, fields: { ...fields, recent } });
      }
      case 'fold':
        return this.#fold(plan.buckets, crypt, beside, after);
    }
  }

  /** Deletes every row and writes the fields, in one commit. */
  async clear(beside: Beside): Promise<void> {
    const deletedPartIds = [...this.#partCounts].flatMap(([bucketId, count]) => partIdsFrom(bucketId, 0, count));
    await this.#writer.commit({ ...NO_CHANGES, ...beside, fields: { ...beside.fields, recent: null }, deletedPartIds });
    this.#partCounts.clear();
  }

  async #fold(buckets: Buckets, crypt: SessionCrypt, beside: Beside, after: SessionCommit['fields']): Promise<void> {
    const cut = Array.from(buckets, ([bucketId, plain]) => ({
      bucketId,
      parts: plain ? cutBucket(bucketId, crypt.seal(bucketId, plain)) : [],
    }));
    const commits = inCommits(cut);
    for (const [index, group] of commits.entries()) {
      const isLast = index === commits.length - 1;
      await this.#writer.commit({
        ...NO_CHANGES,
        ...(index === 0 ? beside : {}),
        fields: { ...(index === 0 ? beside.fields : {}), ...(isLast ? { ...after, recent: null } : {}) },
        parts: group.flatMap(({ parts }) => parts),
        deletedPartIds: group.flatMap(({ bucketId, parts }) =>
          partIdsFrom(bucketId, parts.length, this.#partCounts.get(bucketId) ?? 0),
        ),
      });
      for (const { bucketId, parts } of group) this.#partCounts.set(bucketId, parts.length);
    }
  }
}

interface CutBucket {
  readonly bucketId: string;
  readonly parts: readonly BucketPart[];
}

/** Gathers whole buckets into commits that Firestore takes, in the order they are to be made. There is always one. */
function inCommits(buckets: readonly CutBucket[]): CutBucket[][] {
  const commits: CutBucket[][] = [[]];
  let size = 0;
  const [first, others] = [true, false].map((isFirst) =>
    buckets.filter(({ bucketId }) => isWrittenFirst(bucketId) === isFirst),
  );
  for (const bucket of [...(first ?? []), ...(others ?? [])]) {
    const bytes = bucket.parts.reduce((sum, part) => sum + part.bytes.length, 0);
    if (size > 0 && size + bytes > MAX_COMMIT_BYTES) {
      commits.push([]);
      size = 0;
    }
    commits.at(-1)?.push(bucket);
    size += bytes;
  }
  return commits;
}
