/**
 * Reactions, edits and deletions as they are stored: on the message they are about, with the thread's preview where that message
 * is the newest. A change is stored once however often it comes, in any order (`contract/change.ts`).
 */
import { changedBy, type ChangedFields, type MessageChange } from '@switchboard/contract/change';
import { messageSchema } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { previewOf } from '@switchboard/contract/thread';
import { Timestamp, type DocumentSnapshot, type Firestore, type WriteBatch } from 'firebase-admin/firestore';
import { keepEarlyChange, type EarlyChange } from './early-changes.ts';
import { isNewest } from './newest-message.ts';
import { newestMessages } from './queries.ts';
import { asRead, undisturbed } from './undisturbed.ts';

/** `early`: the message it is about is not there yet. `unchanged`: it was made before, or is not theirs to make. */
export type ChangeStored = 'changed' | 'unchanged' | 'early';

/** Makes a change that arrived, or keeps it for when its message comes. */
export function storeChange(db: Firestore, arrived: EarlyChange): Promise<ChangeStored> {
  const { threadId, targetId, changeId, change } = arrived;
  return undisturbed(async () => {
    const [target, thread, unread] = await db.getAll(
      db.doc(paths.message(threadId, targetId)),
      db.doc(paths.thread(threadId)),
      db.doc(paths.message(threadId, changeId)),
    );
    if (!target || !thread) throw new Error('Firestore answered fewer documents than it was asked for');
    const batch = db.batch();
    const restored = await removePlaceholder(db, batch, thread, unread);
    const fields = target.exists ? fieldsOfChange(target, change) : null;
    const isNewestAgain = restored['lastMessageId'] === target.id;
    const changed = target.exists
      ? fields && previewOfChange(thread, target, fields, isNewestAgain)
      : keepEarlyChange(db, batch, thread, arrived);
    if (fields) batch.update(target.ref, { ...fields }, asRead(target));
    const ofThread = { ...restored, ...changed };
    if (Object.keys(ofThread).length > 0) batch.update(thread.ref, ofThread, asRead(thread));
    await batch.commit();
    if (target.exists) return fields ? 'changed' : 'unchanged';
    // The message may have come at this very moment: then nobody else would make the change.
    return (await target.ref.get()).exists ? storeChange(db, arrived) : 'early';
  });
}

/** What a change makes of a message as stored; `null` when nothing. */
export function fieldsOfChange(message: DocumentSnapshot, change: MessageChange): ChangedFields | null {
  return changedBy(messageSchema.parse(message.data()), { ...change, at: Timestamp.fromMillis(change.at.toMillis()) });
}

/** What of the thread changes with its newest message; `null` when the message is not that, or reads as before. */
export function previewOfChange(
  thread: DocumentSnapshot,
  message: DocumentSnapshot,
  { body }: ChangedFields,
  isSurelyNewest = false,
): { readonly lastMessageText: string } | null {
  return body !== undefined && (isSurelyNewest || isNewest(thread, message))
    ? { lastMessageText: previewOf(body) }
    : null;
}

/**
 * Removes a message that was waited for, and says nothing to a person.
 *
 * @returns whether there was one.
 */
export function removeAwaited(db: Firestore, threadId: string, messageId: string): Promise<boolean> {
  return undisturbed(async () => {
    const [placeholder, thread] = await db.getAll(
      db.doc(paths.message(threadId, messageId)),
      db.doc(paths.thread(threadId)),
    );
    if (!thread) throw new Error('Firestore answered fewer documents than it was asked for');
    if (placeholder?.get('kind') !== 'undecryptable') return false;
    const batch = db.batch();
    const restored = await removePlaceholder(db, batch, thread, placeholder);
    if (Object.keys(restored).length > 0) batch.update(thread.ref, restored, asRead(thread));
    await batch.commit();
    return true;
  });
}

/**
 * What could not be read the first time stands in the thread as a message that is waited for. Now that it is read it is
 * no message, and what it did to the thread is undone.
 *
 * @returns what changes of the thread.
 */
async function removePlaceholder(
  db: Firestore,
  batch: WriteBatch,
  thread: DocumentSnapshot,
  placeholder: DocumentSnapshot | undefined,
): Promise<Record<string, unknown>> {
  if (placeholder?.get('kind') !== 'undecryptable') return {};
  const before = isNewest(thread, placeholder) ? await previewBefore(db, thread.id, placeholder.id) : {};
  const unreadCount: unknown = thread.get('unreadCount');
  const wasCounted = placeholder.get('direction') === 'inbound' && typeof unreadCount === 'number' && unreadCount > 0;
  batch.delete(placeholder.ref, asRead(placeholder));
  return { ...before, ...(wasCounted ? { unreadCount: unreadCount - 1 } : {}) };
}

async function previewBefore(db: Firestore, threadId: string, placeholderId: string): Promise<Record<string, unknown>> {
  const { docs } = await newestMessages(db, threadId, 2).get();
  const newest = docs.find(({ id }) => id !== placeholderId);
  if (!newest) return { lastMessageText: '' };
  const { body, direction, createdAt } = messageSchema.parse(newest.data());
  return {
    lastMessageId: newest.id,
    lastMessageText: previewOf(body),
    lastMessageDirection: direction,
    lastMessageAt: createdAt,
  };
}
