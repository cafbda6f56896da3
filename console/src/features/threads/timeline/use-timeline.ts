/** The messages of an open thread: live at the end, paged at the top, with one's own unsent ones among them. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Trouble } from '../../../lib/firestore/live.ts';
import { readMessage, useNewestMessages } from '../../../lib/firestore/messages.ts';
import { useOwnOutbox, type OutboxEntry } from '../../../lib/firestore/outbox.ts';
import type { Stored } from '../../../lib/firestore/live.ts';
import { PAGE_SIZE } from '../../../lib/firestore/queries.ts';
import { useSession } from '../../../lib/session.tsx';
import { dismissedEntries } from './dismissed.ts';
import { noPages, withChanged, withNewest, withOlder } from './message-pages.ts';
import { shownMessages, type ShownMessage } from './shown-message.ts';
import { useOlderPages } from './use-older-pages.ts';

export interface Timeline {
  readonly state: 'loading' | 'ready' | Trouble;
  readonly messages: readonly ShownMessage[];
  readonly isComplete: boolean;
  readonly isLoadingOlder: boolean;
  readonly loadOlder: () => void;
  /** Puts a refused message out of sight. */
  readonly dismiss: (outboxId: string) => void;
}

export function useTimeline(threadId: string): Timeline {
  const { person } = useSession();
  const newest = useNewestMessages(threadId);
  const ownOutbox = useOwnOutbox();
  const [pages, setPages] = useState(() => noPages(threadId));
  const [dismissed, setDismissed] = useState(() => dismissedEntries.read(localStorage));
  const own = useMemo(() => ownOutbox.filter((entry) => entry.threadId === threadId), [ownOutbox, threadId]);

  useEffect(() => {
    if (newest.state !== 'ready') return;
    const isWhole = newest.value.length < PAGE_SIZE && !newest.isFromCache;
    setPages((before) => withNewest(before.threadId === threadId ? before : noPages(threadId), newest.value, isWhole));
  }, [newest, threadId]);

  useRefreshedTargets(threadId, own, (message) => {
    setPages((before) => withChanged(before, [message]));
  });

  const { isLoading: isLoadingOlder, follow } = useOlderPages(threadId, ({ messages: older, isLast }, isFirst) => {
    setPages((before) => {
      if (before.threadId !== threadId) return before;
      return isFirst ? withOlder(before, older, isLast) : withChanged(before, older);
    });
  });
  const oldest = pages.messages[0]?.createdAt;
  const loadOlder = useCallback(() => {
    if (oldest !== undefined && !pages.isComplete) follow(oldest);
  }, [oldest, pages.isComplete, follow]);

  const messages = useMemo(
    () =>
      shownMessages({ messages: pages.threadId === threadId ? pages.messages : [], own, uid: person.uid, dismissed }),
    [pages, threadId, own, person.uid, dismissed],
  );
  const dismiss = useCallback((outboxId: string) => {
    setDismissed(dismissedEntries.add(localStorage, outboxId));
  }, []);
  const isReady = newest.state === 'ready' && pages.threadId === threadId;
  const state = newest.state === 'failed' ? newest.trouble : isReady ? 'ready' : 'loading';
  const { isComplete } = pages;
  return useMemo(
    () => ({ state, messages, isComplete, isLoadingOlder, loadOlder, dismiss }),
    [state, messages, isComplete, isLoadingOlder, loadOlder, dismiss],
  );
}

/** Messages far up are not followed; one that oneself changed is read again once the change has gone through. */
function useRefreshedTargets(
  threadId: string,
  own: readonly Stored<OutboxEntry>[],
  onMessage: (message: NonNullable<Awaited<ReturnType<typeof readMessage>>>) => void,
): void {
  const { db } = useSession();
  const settled = own.flatMap(({ id, payload, status }) =>
    payload.kind !== 'text' && status === 'sent' ? [`${id} ${payload.targetId}`] : [],
  );
  const [newestSettled = ''] = settled;
  useEffect(() => {
    const [, targetId] = newestSettled.split(' ');
    if (targetId === undefined) return;
    readMessage(db, threadId, targetId)
      .then((message) => {
        if (message) onMessage(message);
      })
      .catch(() => undefined);
    // The callback only sets state.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [db, threadId, newestSettled]);
}
