/** The message that one which arrived answers. */
import type { Quoted } from '@switchboard/contract/message';
import { messageSchema } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { quotedOf } from '@switchboard/contract/target';
import type { Firestore } from 'firebase-admin/firestore';

/** A copy of a message of a thread, as others quote it; `null` when we do not have it. */
export async function readQuoted(db: Firestore, threadId: string, messageId: string): Promise<Quoted | null> {
  // An id of the wire: it may hold anything, and a slash would name another collection.
  if (!/^[\w-]{1,128}$/.test(messageId)) return null;
  const snapshot = await db.doc(paths.message(threadId, messageId)).get();
  return snapshot.exists ? quotedOf(messageSchema.parse(snapshot.data())) : null;
}
