/** Which colleagues are writing to the same customer, and telling them that one is. */
import { paths } from '@switchboard/contract/paths';
import { typingSchema, type Typing } from '@switchboard/contract/thread';
import { deleteDoc, doc, serverTimestamp, setDoc, type Firestore } from 'firebase/firestore';
import { useSession } from '../session.tsx';
import { followQuery, useLive, type Stored } from './live.ts';
import { typingQuery } from './queries.ts';

/** All who said so, however long ago. */
export function useTypists(threadId: string): readonly Stored<Typing>[] {
  const { db } = useSession();
  const live = useLive(`typing:${threadId}`, followQuery(typingQuery(db, threadId), typingSchema));
  return live.state === 'ready' ? live.value : NONE;
}

const NONE: readonly Stored<Typing>[] = [];

/** Failing is no matter: it is a courtesy, and it is told again in a few seconds. */
export function tellTyping(db: Firestore, threadId: string, uid: string, name: string): void {
  const told = setDoc(doc(db, paths.typingOf(threadId, uid)), { name: name.slice(0, 80), at: serverTimestamp() });
  told.catch(() => undefined);
}

export function tellStopped(db: Firestore, threadId: string, uid: string): void {
  deleteDoc(doc(db, paths.typingOf(threadId, uid))).catch(() => undefined);
}
