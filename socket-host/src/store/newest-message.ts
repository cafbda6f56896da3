/** Which message of a thread its list shows. */
import { Timestamp, type DocumentSnapshot } from 'firebase-admin/firestore';

/** Whether a message is the one its thread shows, both as they were read. */
export function isNewest(thread: DocumentSnapshot, message: DocumentSnapshot): boolean {
  const newest: unknown = thread.get('lastMessageId');
  if (typeof newest === 'string') return newest === message.id;
  const lastAt: unknown = thread.get('lastMessageAt');
  const at: unknown = message.get('createdAt');
  return lastAt instanceof Timestamp && at instanceof Timestamp && lastAt.isEqual(at);
}
