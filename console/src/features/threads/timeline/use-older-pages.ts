/** The older pages of a thread that somebody scrolls up in. */
import type { Timestamp } from '@switchboard/contract/timestamp';
import { useCallback, useEffect, useRef, useState } from 'react';
import { followOlder, type OlderPage } from '../../../lib/firestore/messages.ts';
import { useSession } from '../../../lib/session.tsx';

/** So many pages are followed at once, the last that were read: further up, a message stays as it was when it was read. */
const MAX_FOLLOWED = 10;

interface OlderPages {
  readonly isLoading: boolean;
  /** Reads the page before a time, and follows it. Does nothing while another is read. */
  readonly follow: (before: Timestamp) => void;
}

/** @param onPage hears of each page, first when it was read and then whenever one of its messages changed. Only sets state. */
export function useOlderPages(threadId: string, onPage: (page: OlderPage, isFirst: boolean) => void): OlderPages {
  const { db } = useSession();
  const [isLoading, setIsLoading] = useState(false);
  const isBusy = useRef(false);
  const followed = useRef<(() => void)[]>([]);
  const hear = useRef(onPage);
  hear.current = onPage;

  const settle = useCallback(() => {
    isBusy.current = false;
    setIsLoading(false);
  }, []);
  const follow = useCallback(
    (before: Timestamp) => {
      if (isBusy.current) return;
      isBusy.current = true;
      setIsLoading(true);
      let isFirst = true;
      const stop = followOlder(db, threadId, before, {
        next: (page) => {
          hear.current(page, isFirst);
          if (isFirst) settle();
          isFirst = false;
        },
        // Scrolling up again asks again.
        fail: settle,
      });
      followed.current.push(stop);
      if (followed.current.length > MAX_FOLLOWED) followed.current.shift()?.();
    },
    [db, threadId, settle],
  );

  useEffect(
    () => () => {
      for (const stop of followed.current) stop();
      followed.current = [];
      settle();
    },
    [threadId, settle],
  );
  return { isLoading, follow };
}
