/** The threads, newest first, windowed: a few dozen are subscribed to, and more as one scrolls towards them. */
import type { Thread } from '@switchboard/contract/thread';
import { Archive, Inbox, SearchX } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import {
  Virtualizer,
  type CustomContainerComponentProps,
  type CustomItemComponentProps,
  type VirtualizerHandle,
} from 'virtua';
import type { Live, Stored } from '../../../lib/firestore/live.ts';
import { useNow } from '../../../lib/use-now.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx';
import { VirtualRows } from '../../../ui/virtual-rows.tsx';
import { isFiltered, NO_FILTER, type ListFilter } from './list-filter.ts';
import { ThreadRow } from './thread-row.tsx';
import styles from './thread-list.module.css';

interface ThreadListProps {
  readonly threads: Live<readonly Stored<Thread>[]>;
  readonly filter: ListFilter;
  readonly base: string;
  readonly showsAccount: boolean;
  /** There may be more than what is here. */
  readonly onMore: () => void;
  readonly onFilter: (filter: ListFilter) => void;
}

/** The list itself is within what scrolls: that one can be focused, which no part of a list may be that is no item. */
function List(props: CustomContainerComponentProps) {
  const { t } = useTranslation();
  return <VirtualRows {...props} role="list" aria-label={t('threads.list.label')} />;
}

function Item({ ref, style, children }: CustomItemComponentProps) {
  return (
    <div ref={ref} style={style} role="listitem">
      {children}
    </div>
  );
}

/** The room above the first row and below the last, px. */
const EDGE = 6;
/** More are asked for while so many rows are left below, so that scrolling meets no end. */
const ROWS_AHEAD = 8;

export function ThreadList({ threads, filter, base, showsAccount, onMore, onFilter }: ThreadListProps) {
  if (threads.state === 'loading') return <ListSkeleton />;
  if (threads.state === 'failed') return <ErrorState trouble={threads.trouble} />;
  if (threads.value.length === 0) {
    if (threads.isFromCache && navigator.onLine) return <ListSkeleton />;
    return <NoThreads filter={filter} onFilter={onFilter} />;
  }
  return <Rows threads={threads.value} base={base} showsAccount={showsAccount} onMore={onMore} />;
}

interface RowsProps extends Pick<ThreadListProps, 'base' | 'showsAccount' | 'onMore'> {
  readonly threads: readonly Stored<Thread>[];
}

function Rows({ threads, base, showsAccount, onMore }: RowsProps) {
  const now = useNow(60_000);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const look = () => {
    const rows = list.current;
    if (rows && rows.findItemIndex(rows.scrollOffset + rows.viewportSize) >= threads.length - ROWS_AHEAD) onMore();
  };
  // Rows that came may not be enough for what is in sight.
  useEffect(look);
  return (
    <div ref={scroller} className={styles['list']} tabIndex={0} onKeyDown={moveFocus}>
      <div style={{ blockSize: EDGE }} />
      <Virtualizer
        ref={list}
        scrollRef={scroller}
        data={threads}
        startMargin={EDGE}
        bufferSize={400}
        as={List}
        item={Item}
        onScroll={look}
        onResize={look}
      >
        {(thread) => <ThreadRow key={thread.id} thread={thread} base={base} now={now} showsAccount={showsAccount} />}
      </Virtualizer>
      <div style={{ blockSize: EDGE }} />
    </div>
  );
}

/** Arrow keys go from row to row, as in any list. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-thread]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

function NoThreads({ filter, onFilter }: Pick<ThreadListProps, 'filter' | 'onFilter'>) {
  const { t } = useTranslation();
  if (!isFiltered(filter)) {
    return (
      <EmptyState icon={<Inbox size={22} />} title={t('threads.list.empty')}>
        {t('threads.list.emptyText')}
      </EmptyState>
    );
  }
  const icon = filter.show === 'archived' ? <Archive size={22} /> : <SearchX size={22} />;
  const all = (
    <Button
      onClick={() => {
        onFilter(NO_FILTER);
      }}
    >
      {t('threads.list.showAll')}
    </Button>
  );
  return (
    <EmptyState icon={icon} title={t('threads.list.emptyFiltered')} action={all}>
      {t('threads.list.emptyFilteredText')}
    </EmptyState>
  );
}

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles['skeletons']} role="status" aria-label={t('ui.loading')}>
      {[72, 48, 60, 54, 66, 44, 58].map((width) => (
        <div key={width} className={styles['skeleton']}>
          <Skeleton width="40px" height="40px" isRound />
          <div className={styles['skeletonLines']}>
            <Skeleton width={`${String(width)}%`} />
            <Skeleton width="85%" height="10px" />
          </div>
        </div>
      ))}
    </div>
  );
}
