/** What waits in the outbox, as a host sees it: the entries that are to be routed or sent, while they change. */
import { microsOf } from '@switchboard/contract/timestamp';
import { Timestamp, type DocumentSnapshot, type Firestore, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import type { Clock } from '../clock.ts';
import { addressingOf, parseEntry, type Addressing, type OutboxEntry } from './outbox.ts';
import { waitingOutbox } from './queries.ts';
import { watchQuery } from './watch.ts';

/** An entry no function has routed yet. Not ours to send, but what was written after it has to wait for it. */
export interface UnroutedEntry {
  readonly requestId: string;
  readonly accountId: string;
  readonly asked: Addressing;
  readonly createdAtMicros: number;
}

function parseUnrouted(snapshot: DocumentSnapshot): UnroutedEntry | null {
  const createdAt: unknown = snapshot.get('createdAt');
  if (!(createdAt instanceof Timestamp)) return null;
  return {
    requestId: snapshot.id,
    accountId: String(snapshot.get('accountId')),
    asked: addressingOf(snapshot),
    createdAtMicros: microsOf(createdAt),
  };
}

export type OutboxReport = Pick<OutboxListener, 'onUnrouted' | 'onRouted' | 'onMalformed'>;

export interface OutboxListener {
  readonly onUnrouted: (entry: UnroutedEntry) => void;
  readonly onRouted: (entry: OutboxEntry) => void;
  /** The entry waits no longer, or is out of sight: it was claimed, rejected or cancelled, or `limit` older ones came. */
  readonly onGone: (requestId: string, accountId: string) => void;
  /** All that waited when this subscription began has been reported. */
  readonly onCurrent: () => void;
  /** A routed document that is not of the routed shape: nobody but a function may route, so this is a bug to be told. */
  readonly onMalformed: (requestId: string, accountId: string) => void;
  readonly onBroken: (error: Error, retryInMs: number) => void;
}

/**
 * Reports the `limit` oldest entries that wait for these accounts, and again after every break. Snapshots are consistent:
 * whoever sees an entry routed has seen every entry of the account that was created before it.
 *
 * @returns how to stop.
 */
export function watchOutbox(
  db: Firestore,
  { accountIds, limit }: { readonly accountIds: readonly string[]; readonly limit: number },
  listener: OutboxListener,
  clock: Clock,
): () => void {
  return watchQuery(
    waitingOutbox(db, accountIds, limit),
    {
      onChanged: (snapshot) => {
        report(snapshot, listener);
      },
      onRemoved: (snapshot) => {
        listener.onGone(snapshot.id, String(snapshot.get('accountId')));
      },
      onCurrent: listener.onCurrent,
      onBroken: listener.onBroken,
    },
    clock,
  );
}

/** Whether no function has routed an entry yet. */
export function isUnrouted(snapshot: DocumentSnapshot): boolean {
  return snapshot.get('status') === 'queued';
}

/** Tells a listener of one entry as it is stored. */
export function report(snapshot: DocumentSnapshot, listener: OutboxReport): void {
  if (isUnrouted(snapshot)) {
    const unrouted = parseUnrouted(snapshot);
    // Without a time it cannot be put in order; the function will reject it.
    if (unrouted) listener.onUnrouted(unrouted);
    return;
  }
  const entry = parseEntry(snapshot);
  if (entry) listener.onRouted(entry);
  else listener.onMalformed(snapshot.id, String(snapshot.get('accountId')));
}

export interface Waiting {
  readonly waiting: ReadonlyMap<string, QueryDocumentSnapshot>;
  /** Whether an entry has been as it is for so long that a listener should have told. By Firestore's clock. */
  readonly isOverdue: (entry: QueryDocumentSnapshot) => boolean;
}

/** Reads what a listener over the same accounts should have in sight, by request. */
export async function readWaiting(
  db: Firestore,
  { accountIds, limit }: { readonly accountIds: readonly string[]; readonly limit: number },
  overdueMs: number,
): Promise<Waiting> {
  const { docs, readTime } = await waitingOutbox(db, accountIds, limit).get();
  return {
    waiting: new Map(docs.map((snapshot) => [snapshot.id, snapshot])),
    isOverdue: ({ updateTime }) => readTime.toMillis() - updateTime.toMillis() > overdueMs,
  };
}
