/** Desktop notifications and the count in the tab's title, from the list that is on screen anyway. */
import type { Thread } from '@switchboard/contract/thread';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Live, Stored } from '../../lib/firestore/live.ts';
import { notify } from '../../lib/notifications.ts';
import { displayNameOf } from './display-name.ts';

export function useNews(threads: Live<readonly Stored<Thread>[]>, base: string): void {
  const [, navigate] = useLocation();
  /** Unread per thread as it was seen last; `null` before the first list: what is there then is no news. */
  const seen = useRef<ReadonlyMap<string, number> | null>(null);
  useEffect(() => {
    if (threads.state !== 'ready' || threads.isFromCache) return;
    const before = seen.current;
    seen.current = new Map(threads.value.map(({ id, unreadCount }) => [id, unreadCount]));
    if (!before) return;
    for (const thread of threads.value) {
      // A thread that comes into the list by scrolling was not heard of before either; only a newer message is news.
      const known = before.get(thread.id);
      if (thread.unreadCount <= (known ?? Infinity)) continue;
      notify({
        tag: thread.id,
        title: displayNameOf(thread),
        body: thread.lastMessageText,
        onOpen: () => {
          navigate(`${base}/${encodeURIComponent(thread.id)}`);
        },
      });
    }
  }, [threads, base, navigate]);
  const unread = threads.state === 'ready' ? threads.value.filter(({ unreadCount }) => unreadCount > 0).length : 0;
  useEffect(() => {
    const bare = document.title.replace(/^\(\d+\+?\) /, '');
    document.title = unread === 0 ? bare : `(${String(unread)}) ${bare}`;
  }, [unread]);
}
