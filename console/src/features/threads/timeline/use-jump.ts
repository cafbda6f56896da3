/** Going to one message of a thread: one that is answered, or that a search found. Older pages are read until it is there. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { TimelineRow } from './timeline-rows.ts';
import type { Timeline } from './use-timeline.ts';

/** How many pages are read for one message: further up than this, the answer is that it is too far. */
const MAX_PAGES = 20;

interface Jump {
  /** The message that was gone to. */
  readonly lit: string | null;
  readonly jump: (id: string) => void;
}

type Reach = Pick<Timeline, 'isComplete' | 'isLoadingOlder' | 'loadOlder'>;

/** @param goTo where to go to when the thread opens. */
export function useJump(
  rows: readonly TimelineRow[],
  { isComplete, isLoadingOlder, loadOlder }: Reach,
  toRow: (key: string) => void,
  goTo: string | null,
  onTooFar: () => void,
): Jump {
  const [wish, setWish] = useState<string | null>(goTo);
  const [lit, setLit] = useState<string | null>(null);
  const pages = useRef(0);
  const jump = useCallback((id: string) => {
    pages.current = 0;
    setLit(null);
    setWish(id);
  }, []);
  const [before, setBefore] = useState(goTo);
  if (goTo !== before) {
    setBefore(goTo);
    setWish(goTo);
  }
  useEffect(() => {
    if (wish === null) return;
    if (rows.some(({ key }) => key === wish)) {
      toRow(wish);
      setLit(wish);
      setWish(null);
    } else if (isComplete || pages.current >= MAX_PAGES) {
      setWish(null);
      onTooFar();
    } else if (!isLoadingOlder) {
      pages.current += 1;
      loadOlder();
    }
  }, [wish, rows, isComplete, isLoadingOlder, loadOlder, toRow, onTooFar]);
  return { lit, jump };
}
