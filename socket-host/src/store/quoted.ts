/** The message that one which arrived answers. */
import type { Quoted } from '@switchboard/contract/message';
import { messageSchema } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { quotedOf } from '@switchboard/contract/target';
import type { Firestore } from 'firebase-admin/firestore';

/** A copy of a message of a thread, as others quote it; `null` when we do not have it, or not in a shape we know. */
export async function readQuoted(db: Firestore, threadId: string, messageId: string): Promise<Quoted | null> {
  const snapshot = await db.doc(paths.message(threadId, messageId)).get();
  const stored = messageSchema.safeParse(snapshot.data());
  return stored.success ? quotedOf(stored.data) : null;
}
