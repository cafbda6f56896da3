/** The messages of a thread: the newest ones, and older ones by the page. All are live. */
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Timestamp } from '@switchboard/contract/timestamp';
import { doc, getDoc, onSnapshot, type Firestore } from 'firebase/firestore';
import { useSession } from '../session.tsx';
import { followDocument, followQuery, parseStored, useLive, type Live, type Stored } from './live.ts';
import { newestMessagesQuery, olderMessagesQuery, PAGE_SIZE } from './queries.ts';

/** Newest first. */
export function useNewestMessages(threadId: string): Live<readonly Stored<Message>[]> {
  const { db } = useSession();
  return useLive(`messages:${threadId}`, followQuery(newestMessagesQuery(db, threadId), messageSchema));
}

/** One message, live: the ticks of a thread's last one. */
export function useMessage(threadId: string, messageId: string | null): Stored<Message> | null {
  const { db } = useSession();
  const open = followDocument(doc(db, paths.message(threadId, messageId ?? 'none')), messageSchema);
  const live = useLive(messageId === null ? null : `message:${threadId}/${messageId}`, open);
  return live.state === 'ready' ? live.value : null;
}

export interface OlderPage {
  readonly messages: readonly Stored<Message>[];
  /** They are the first of the thread. */
  readonly isLast: boolean;
}

/**
 * Follows the page of messages before a time. What is in the cache may have holes, so it counts only while there is no connection.
 *
 * @returns how to stop.
 */
export function followOlder(db: Firestore, threadId: string, before: Timestamp, sink: PageSink): () => void {
  return onSnapshot(
    olderMessagesQuery(db, threadId, before),
    { includeMetadataChanges: true },
    ({ docs, metadata }) => {
      if (metadata.fromCache && navigator.onLine) return;
      const read = docs.map((snapshot) =>
        parseStored(messageSchema, snapshot.id, snapshot.data({ serverTimestamps: 'estimate' })),
      );
      const isLast = docs.length < PAGE_SIZE && !metadata.fromCache;
      sink.next({ messages: read.filter((one) => one !== null), isLast });
    },
    sink.fail,
  );
}

export interface PageSink {
  /** The page, and the page again whenever one of its messages changed. */
  readonly next: (page: OlderPage) => void;
  readonly fail: () => void;
}

export async function readMessage(db: Firestore, threadId: string, messageId: string): Promise<Stored<Message> | null> {
  const snapshot = await getDoc(doc(db, paths.message(threadId, messageId)));
  const data = snapshot.data();
  return data ? parseStored(messageSchema, snapshot.id, data) : null;
}
