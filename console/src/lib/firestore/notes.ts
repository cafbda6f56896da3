/** What staff tell each other about a customer. */
import { paths } from '@switchboard/contract/paths';
import type { Timestamp } from '@switchboard/contract/timestamp';
import { collection, deleteDoc, doc, serverTimestamp, type Firestore } from 'firebase/firestore';
import { useSession } from '../session.tsx';
import { createOnce } from './create-once.ts';
import { followQuery, useLive, type Live, type Stored } from './live.ts';
import { notesQuery } from './queries.ts';
import { momentOf, schemaOf, textOf } from './reading.ts';

export interface Note {
  readonly text: string;
  readonly createdBy: string;
  readonly createdAt: Timestamp;
}

const noteSchema = schemaOf((fields): Note | null => {
  const text = textOf(fields['text']);
  const createdBy = textOf(fields['createdBy']);
  const createdAt = momentOf(fields['createdAt']);
  return text === null || createdBy === null || createdAt === null ? null : { text, createdBy, createdAt };
});

/** Newest first. */
export function useNotes(threadId: string): Live<readonly Stored<Note>[]> {
  const { db } = useSession();
  return useLive(`notes:${threadId}`, followQuery(notesQuery(db, threadId), noteSchema));
}

const notesOf = (threadId: string) => `${paths.thread(threadId)}/notes`;

export async function addNote(db: Firestore, uid: string, threadId: string, text: string): Promise<void> {
  const note = { text, createdBy: uid, createdAt: serverTimestamp() };
  await createOnce(doc(collection(db, notesOf(threadId))), note);
}

export function removeNote(db: Firestore, threadId: string, noteId: string): Promise<void> {
  return deleteDoc(doc(db, notesOf(threadId), noteId));
}
