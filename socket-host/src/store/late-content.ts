/** What a message says that could not be decrypted the first time, once its sender has repeated it. */
import type { Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { previewOf } from '@switchboard/contract/thread';
import type { Firestore } from 'firebase-admin/firestore';
import { isNewest } from './newest-message.ts';
import { asRead, undisturbed } from './undisturbed.ts';

export type LateContent = Pick<Message, 'waMessageId' | 'kind' | 'body' | 'searchTokens' | 'quotedId' | 'quoted'>;

/**
 * Puts readable content in place of a message that is waited for, in the list as well where that shows it. Does nothing to any other.
 *
 * @returns whether it was waited for.
 */
export async function replaceUndecryptable(db: Firestore, threadId: string, message: LateContent): Promise<boolean> {
  const [reference, ofThread] = [db.doc(paths.message(threadId, message.waMessageId)), db.doc(paths.thread(threadId))];
  return undisturbed(async () => {
    const [stored, thread] = await db.getAll(reference, ofThread);
    if (!stored || !thread) throw new Error('Firestore answered fewer documents than it was asked for');
    // Deleted while it was waited for: then it stays so.
    const isWaitedFor = stored.get('kind') === 'undecryptable' && (stored.get('deletedAt') ?? null) === null;
    if (!isWaitedFor) return false;
    const { kind, body, searchTokens, quotedId, quoted } = message;
    const batch = db.batch();
    batch.update(reference, { kind, body, searchTokens, quotedId, quoted }, asRead(stored));
    if (isNewest(thread, stored)) batch.update(ofThread, { lastMessageText: previewOf(body) }, asRead(thread));
    await batch.commit();
    return true;
  });
}
