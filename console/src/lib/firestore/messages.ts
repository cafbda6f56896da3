/** The messages of a thread: the newest ones live, older ones by the page. */
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Timestamp } from '@switchboard/contract/timestamp';
import { doc, getDoc, getDocs, type Firestore } from 'firebase/firestore';
import { useSession } from '../session.tsx';
import { followDocument, followQuery, parseStored, useLive, type Live, type Stored } from './live.ts';
import { newestMessagesQuery, olderMessagesQuery } from './queries.ts';

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
  /** How many documents there were: fewer than a page means that these were the first of the thread. */
  readonly found: number;
}

export async function readOlder(db: Firestore, threadId: string, before: Timestamp): Promise<OlderPage> {
  const { docs } = await getDocs(olderMessagesQuery(db, threadId, before));
  const read = docs.map((snapshot) => parseStored(messageSchema, snapshot.id, snapshot.data()));
  return { messages: read.filter((one) => one !== null), found: docs.length };
}

export async function readMessage(db: Firestore, threadId: string, messageId: string): Promise<Stored<Message> | null> {
  const snapshot = await getDoc(doc(db, paths.message(threadId, messageId)));
  const data = snapshot.data();
  return data ? parseStored(messageSchema, snapshot.id, data) : null;
}
