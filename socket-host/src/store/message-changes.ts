/**
 * Reactions, edits and deletions as they are stored: on the message they are about, with the thread's preview where that message
 * is the newest. A change is stored once however often it comes, in any order (`contract/change.ts`).
 */
import { changedBy, type ChangedFields, type MessageChange } from '@switchboard/contract/change';
import { messageSchema } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { previewOf } from '@switchboard/contract/thread';
import { Timestamp, type DocumentSnapshot, type Firestore, type Transaction } from 'firebase-admin/firestore';
import { keepEarlyChange, type EarlyChange } from './early-changes.ts';
import { newestMessages } from './queries.ts';

/** `early`: the message it is about is not there yet. `unchanged`: it was made before, or is not theirs to make. */
export type ChangeStored = 'changed' | 'unchanged' | 'early';

/** Makes a change that arrived, or keeps it for when its message comes. */
export function storeChange(db: Firestore, arrived: EarlyChange): Promise<ChangeStored> {
  const { threadId, targetId, changeId, change } = arrived;
  return db.runTransaction(async (transaction) => {
    const [target, thread, unread] = await transaction.getAll(
      db.doc(paths.message(threadId, targetId)),
      db.doc(paths.thread(threadId)),
      db.doc(paths.message(threadId, changeId)),
    );
    if (!target || !thread) throw new Error('Firestore answered fewer documents than it was asked for');
    await removePlaceholder(db, transaction, thread, unread);
    if (!target.exists) {
      keepEarlyChange(db, transaction, thread, arrived);
      return 'early';
    }
    const fields = fieldsOfChange(target, change);
    if (!fields) return 'unchanged';
    transaction.update(target.ref, { ...fields });
    const preview = previewOfChange(thread, target, fields);
    if (preview) transaction.update(thread.ref, preview);
    return 'changed';
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
): { readonly lastMessageText: string } | null {
  return body !== undefined && isNewest(thread, message) ? { lastMessageText: previewOf(body) } : null;
}

function isNewest(thread: DocumentSnapshot, message: DocumentSnapshot): boolean {
  const newest: unknown = thread.get('lastMessageId');
  if (typeof newest === 'string') return newest === message.id;
  const lastAt: unknown = thread.get('lastMessageAt');
  const at: unknown = message.get('createdAt');
  return lastAt instanceof Timestamp && at instanceof Timestamp && lastAt.isEqual(at);
}

/**
 * A change that could not be read the first time stands in the thread as a message that is waited for. Now that it is read it is
 * no message, and what it did to the thread is undone.
 */
async function removePlaceholder(
  db: Firestore,
  transaction: Transaction,
  thread: DocumentSnapshot,
  placeholder: DocumentSnapshot | undefined,
): Promise<void> {
  if (placeholder?.get('kind') !== 'undecryptable') return;
  const before = isNewest(thread, placeholder) ? await previewBefore(db, transaction, thread.id, placeholder.id) : {};
  const unreadCount: unknown = thread.get('unreadCount');
  const wasCounted = placeholder.get('direction') === 'inbound' && typeof unreadCount === 'number' && unreadCount > 0;
  transaction.delete(placeholder.ref);
  transaction.update(thread.ref, { ...before, ...(wasCounted ? { unreadCount: unreadCount - 1 } : {}) });
}

async function previewBefore(
  db: Firestore,
  transaction: Transaction,
  threadId: string,
  placeholderId: string,
): Promise<Record<string, unknown>> {
  const { docs } = await transaction.get(newestMessages(db, threadId, 2));
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
