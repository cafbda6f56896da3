/** Where a thread stands on screen: at its end until one scrolls away, at the same message while older ones come above. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { growsUp } from './grows-up.ts';
import { firstNewOf, type TimelineRow } from './timeline-rows.ts';
import type { Timeline } from './use-timeline.ts';

/** Closer to the end than this is at the end, px. */
const AT_END = 80;
/** Older messages are asked for before their place is in sight, px. */
const AHEAD = 1_000;
/** The room above the first row, px: the list must know it, and it is the same whether or not more is to come. */
export const ABOVE = 40;
/** The room below the last row, px. */
export const BELOW = 12;

/**
 * What the thread is to show. Heights are guesses until rows are drawn, so it is gone to again with each that turns out: the end
 * until somebody scrolls away, a row until they scroll at all.
 */
type Goal = { readonly kind: 'end' } | { readonly kind: 'row'; readonly key: string } | null;

interface Scroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly isAtEnd: boolean;
  /** Rows were added above those that are there: they push nothing down. */
  readonly isGrowingUp: boolean;
  readonly toEnd: () => void;
  readonly toRow: (key: string) => void;
  /** For the list: it scrolled; it or what is in it has another size; somebody takes hold of it. */
  readonly onScroll: () => void;
  readonly onResize: () => void;
  readonly onHold: () => void;
}

export function useScroll(rows: readonly TimelineRow[], { isComplete, loadOlder }: Timeline): Scroll {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const goal = useRef<Goal>(null);
  const [isAtEnd, setIsAtEnd] = useState(() => firstNewOf(rows) === null);
  const isGrowingUp = useIsGrowingUp(rows);
  const latest = useRef(rows);
  latest.current = rows;

  const approach = useCallback(() => {
    const index = indexOf(goal.current, latest.current);
    if (index < 0) return;
    const isRow = goal.current?.kind === 'row';
    list.current?.scrollToIndex(index, isRow ? { align: 'center' } : { align: 'end', offset: BELOW });
  }, []);
  const toEnd = useCallback(() => {
    goal.current = { kind: 'end' };
    approach();
  }, [approach]);
  const toRow = useCallback(
    (key: string) => {
      goal.current = { kind: 'row', key };
      approach();
    },
    [approach],
  );

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const atEnd = belowOf(element) < AT_END;
    setIsAtEnd(atEnd);
    if (goal.current?.kind !== 'row') goal.current = atEnd ? { kind: 'end' } : null;
    if (element.scrollTop < AHEAD && !isComplete) loadOlder();
  }, [isComplete, loadOlder]);
  const onResize = useCallback(() => {
    approach();
    if (scroller.current) setIsAtEnd(belowOf(scroller.current) < AT_END);
  }, [approach]);
  const onHold = useCallback(() => {
    if (goal.current?.kind === 'row') goal.current = null;
  }, []);

  useOpening(rows, toEnd, toRow);
  const last = rows.at(-1);
  const isOwn = last?.kind === 'message' && last.message.status === 'queued';
  const lastKey = last?.key;
  useLayoutEffect(() => {
    if (isOwn) goal.current = { kind: 'end' };
    approach();
  }, [lastKey, isOwn, approach]);
  useEffect(() => {
    const element = scroller.current;
    const isShort = element !== null && element.scrollHeight <= element.clientHeight;
    if (isShort && !isComplete) loadOlder();
  }, [rows, isComplete, loadOlder]);
  return { scroller, list, isAtEnd, isGrowingUp, toEnd, toRow, onScroll, onResize, onHold };
}

/** How much of the thread is below what is in sight, px. */
function belowOf(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

/** The row a goal is about; -1 when there is none. */
function indexOf(goal: Goal, rows: readonly TimelineRow[]): number {
  if (goal?.kind === 'end') return rows.length - 1;
  return goal ? rows.findIndex(({ key }) => key === goal.key) : -1;
}

/** Opens at the end, or where the new messages begin. */
function useOpening(rows: readonly TimelineRow[], toEnd: () => void, toRow: (key: string) => void): void {
  const isOpen = useRef(false);
  useLayoutEffect(() => {
    if (isOpen.current) return;
    isOpen.current = true;
    const firstNew = firstNewOf(rows);
    if (firstNew) toRow(firstNew.key);
    else toEnd();
  }, [rows, toEnd, toRow]);
}

/** Whether these rows have more above than those before them had; what the list keeps its place by. */
function useIsGrowingUp(rows: readonly TimelineRow[]): boolean {
  const [seen, setSeen] = useState({ rows, isGrowingUp: false });
  if (seen.rows !== rows) setSeen({ rows, isGrowingUp: growsUp(seen.rows, rows) });
  return seen.isGrowingUp;
}
