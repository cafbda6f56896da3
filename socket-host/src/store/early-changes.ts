/**
 * Changes that came before the message they are about: kept under the thread, and made when the message is stored. The thread names
 * the messages it waits for, so that every other message costs no look.
 *
 * A customer may react to what was written before the account was linked, which never comes: the newest are waited for, and the
 * rest expires.
 */
import type { MessageChange } from '@switchboard/contract/change';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type DocumentSnapshot, type Firestore, type WriteBatch } from 'firebase-admin/firestore';
import { z } from 'zod';
import { earlyChangesOf } from './queries.ts';

/** How many messages a thread waits for. */
const MAX_AWAITED = 50;
/** How long a change waits for its message, ms. Firestore's TTL removes it then. */
const KEPT_MS = 30 * 24 * 3_600_000;

const awaitedSchema = z.array(z.string()).catch([]);

/** The messages a thread waits for, as its document names them. */
export function awaitedBy(thread: DocumentSnapshot): readonly string[] {
  return awaitedSchema.parse(thread.get('earlyChanges') ?? []);
}

export interface EarlyChange {
  readonly threadId: string;
  /** WhatsApp's id of the change itself: the same change that comes twice is kept once. */
  readonly changeId: string;
  readonly targetId: string;
  readonly change: MessageChange;
}

/**
 * Adds a change that has to wait. Before its first message a thread is not there to name it: then it is looked for anyway.
 *
 * @returns what changes of the thread.
 */
export function keepEarlyChange(
  db: Firestore,
  batch: WriteBatch,
  thread: DocumentSnapshot,
  { threadId, changeId, targetId, change }: EarlyChange,
): { readonly earlyChanges?: readonly string[] } {
  const { at, ...rest } = change;
  batch.set(db.doc(paths.earlyChange(threadId, changeId)), {
    ...rest,
    at: Timestamp.fromMillis(at.toMillis()),
    targetId,
    expiresAt: Timestamp.fromMillis(Date.now() + KEPT_MS),
  });
  if (!thread.exists) return {};
  const others = awaitedBy(thread).filter((awaited) => awaited !== targetId);
  return { earlyChanges: [...others, targetId].slice(-MAX_AWAITED) };
}

/** The messages that changes of a thread wait for which is not there yet. */
export async function readAwaited(db: Firestore, threadId: string): Promise<readonly string[]> {
  const { docs } = await db.collection(paths.earlyChanges(threadId)).limit(MAX_AWAITED).get();
  return docs.map((snapshot) => String(snapshot.get('targetId')));
}

const storedSchema = z
  .object({ by: z.string(), at: z.instanceof(Timestamp) })
  .and(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('reaction'), emoji: z.string().nullable() }),
      z.object({ kind: z.literal('edit'), text: z.string() }),
      z.object({ kind: z.literal('delete') }),
    ]),
  );

export interface AwaitedChanges {
  readonly changes: readonly MessageChange[];
  /** They are made: nothing waits any more. */
  readonly remove: (batch: WriteBatch) => void;
}

/** What was kept for a message, oldest first. */
export async function readEarlyChanges(db: Firestore, threadId: string, targetId: string): Promise<AwaitedChanges> {
  const { docs } = await earlyChangesOf(db, threadId, targetId).get();
  const changes = docs.flatMap((snapshot) => storedSchema.safeParse(snapshot.data()).data ?? []);
  return {
    changes: changes.toSorted((a, b) => a.at.toMillis() - b.at.toMillis()),
    remove: (batch) => {
      for (const { ref } of docs) batch.delete(ref);
    },
  };
}
