/** Changes of quick replies. Managers write them for their teams; the rules say the same. */
import { COLLECTIONS } from '@switchboard/contract/paths';
import { collection, deleteDoc, doc, serverTimestamp, updateDoc, type Firestore } from 'firebase/firestore';
import { createOnce } from './create-once.ts';
import type { QuickReply } from './quick-replies.ts';

/** Rejects when the rules refuse it; without a connection it waits for one. */
export async function createQuickReply(db: Firestore, uid: string, reply: QuickReply): Promise<void> {
  const { team, title, text } = reply;
  await createOnce(doc(collection(db, COLLECTIONS.quickReplies)), {
    team,
    title,
    text,
    createdBy: uid,
    updatedAt: serverTimestamp(),
  });
}

export async function changeQuickReply(
  db: Firestore,
  id: string,
  { title, text }: Pick<QuickReply, 'title' | 'text'>,
): Promise<void> {
  await updateDoc(doc(db, COLLECTIONS.quickReplies, id), { title, text, updatedAt: serverTimestamp() });
}

export async function removeQuickReply(db: Firestore, id: string): Promise<void> {
  await deleteDoc(doc(db, COLLECTIONS.quickReplies, id));
}
