/** Reading a thread: what was unread when it was opened keeps its line, and being looked at makes it read. */
import type { Thread } from '@switchboard/contract/thread';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Stored } from '../../lib/firestore/live.ts';
import { changeThread } from '../../lib/firestore/threads.ts';
import { useSession } from '../../lib/session.tsx';
import type { ShownMessage } from './timeline/shown-message.ts';
import { isAnswered, newSinceOf, type NewSince } from './timeline/timeline-rows.ts';

function watchAttention(onChange: () => void): () => void {
  const events = ['focus', 'blur', 'visibilitychange'] as const;
  for (const event of events) window.addEventListener(event, onChange);
  document.addEventListener('visibilitychange', onChange);
  return () => {
    for (const event of events) window.removeEventListener(event, onChange);
    document.removeEventListener('visibilitychange', onChange);
  };
}

function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Where the new messages begin: fixed once the thread is on screen, so that reading does not move the line. */
export function useReading(thread: Stored<Thread>, messages: readonly ShownMessage[]): NewSince | null {
  const { db } = useSession();
  const isAttentive = useSyncExternalStore(watchAttention, isLookedAt);
  const [unreadAtOpen] = useState(thread.unreadCount);
  const [newSince, setNewSince] = useState<NewSince | null>(null);
  const hasMessages = messages.length > 0;
  // What one writes oneself may be there before the first message of the customer: then there is nothing to find yet.
  const found = newSince === null && unreadAtOpen > 0 ? newSinceOf(messages, unreadAtOpen) : null;
  if (found) setNewSince(found);
  useEffect(() => {
    if (!isAttentive || !hasMessages || thread.unreadCount === 0) return;
    // Refused or offline: it stays unread, which is the truth.
    changeThread(db, thread.id, { unreadCount: 0 }).catch(() => undefined);
  }, [db, thread.id, thread.unreadCount, isAttentive, hasMessages]);
  return newSince && !isAnswered(messages, newSince) ? newSince : null;
}
