/** List and thread side by side; on a phone one or the other. */
import type { Thread } from '@switchboard/contract/thread';
import { MessagesSquare } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useState, type ComponentProps } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation, useSearch, useSearchParams } from 'wouter';
import { withSearch } from '../../lib/address.ts';
import { useParam } from '../../lib/address-router.tsx';
import { valueOr, type Stored } from '../../lib/firestore/live.ts';
import { useThreads } from '../../lib/firestore/threads.ts';
import { useSession } from '../../lib/session.tsx';
import { SHORTCUTS } from '../../lib/shortcuts.ts';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/states.tsx';
import { ListHead } from './list/list-head.tsx';
import { parseFilter, wantedBy, withFilter, type ListFilter } from './list/list-filter.ts';
import { ListSkeleton, ThreadList } from './list/thread-list.tsx';
import { ThreadView } from './thread-view.tsx';
import { useNews } from './use-news.ts';
import styles from './workspace.module.css';

const SearchResults = lazy(() => import('./list/search-results.tsx').then((file) => ({ default: file.SearchResults })));
const NewThreadDialog = lazy(() =>
  import('./new-thread-dialog.tsx').then((file) => ({ default: file.NewThreadDialog })),
);

/** How many threads are subscribed to at first, and how many more each time the end comes near. */
const WINDOW = 50;

interface WorkspaceProps {
  /** The path of the page: `/chat` or `/inbox`. */
  readonly base: string;
  /** The numbers stand beside it, so they are not chosen in the list. */
  readonly hasAccounts: boolean;
}

/** Reads and writes the filter in the address. */
function useFilter(): readonly [filter: ListFilter, setFilter: (filter: ListFilter) => void] {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => parseFilter(params), [params]);
  const setFilter = (next: ListFilter) => {
    setParams((before) => withFilter(before, next), { replace: true });
  };
  return [filter, setFilter];
}

export function Workspace({ base, hasAccounts }: WorkspaceProps) {
  const threadId = useParam('threadId');
  return (
    <div className={cx(styles['workspace'], threadId !== undefined && styles['hasThread'])}>
      <ListColumn base={base} hasAccounts={hasAccounts} />
      <div className={styles['thread']}>
        {threadId === undefined ? <NoThread /> : <ThreadView key={threadId} threadId={threadId} base={base} />}
      </div>
    </div>
  );
}

function NoThread() {
  const { t } = useTranslation();
  return (
    <EmptyState icon={<MessagesSquare size={22} />} title={t('threads.thread.pick')}>
      {t('threads.thread.pickText', { key: SHORTCUTS.help })}
    </EmptyState>
  );
}

function ListColumn({ base, hasAccounts }: WorkspaceProps) {
  const { t } = useTranslation();
  const { person } = useSession();
  const [filter, setFilter] = useFilter();
  const [count, setCount] = useState(WINDOW);
  const [words, setWords] = useState('');
  const [isCreating, setIsCreating] = useState(false);
  const wanted = useMemo(() => wantedBy(filter, person.uid), [filter, person.uid]);
  const threads = useThreads(wanted, count);
  useEffect(() => {
    setCount(WINDOW);
  }, [wanted]);
  useNews(threads, base);
  const known = valueOr(threads, NONE);
  useSteps(
    known.map(({ id }) => id),
    base,
  );
  const tags = useTags(known, filter);
  return (
    <section className={styles['list']} aria-label={t('threads.list.label')}>
      <ListHead
        filter={filter}
        onFilter={setFilter}
        words={words}
        onWords={setWords}
        tags={tags}
        hasAccounts={hasAccounts}
        onNew={() => {
          setIsCreating(true);
        }}
      />
      {words.trim() === '' ? (
        <ThreadList
          threads={threads}
          filter={filter}
          base={base}
          showsAccount={filter.accountId === null}
          onFilter={setFilter}
          onMore={() => {
            if (known.length >= count) setCount(count + WINDOW);
          }}
        />
      ) : (
        <Suspense fallback={<ListSkeleton />}>
          <SearchResults words={words.trim()} base={base} />
        </Suspense>
      )}
      {isCreating ? (
        <Creating
          base={base}
          accountId={filter.accountId}
          onClose={() => {
            setIsCreating(false);
          }}
        />
      ) : null}
    </section>
  );
}

function Creating(props: ComponentProps<typeof NewThreadDialog>) {
  return (
    <Suspense>
      <NewThreadDialog {...props} />
    </Suspense>
  );
}

/** The tags one can narrow to: those of the threads in sight, and the one that is chosen. */
function useTags(known: readonly Pick<Thread, 'tags'>[], filter: ListFilter): readonly string[] {
  return useMemo(() => {
    const chosen = filter.tag === null ? [] : [filter.tag];
    return [...new Set([...chosen, ...known.flatMap(({ tags }) => tags)])].slice(0, MAX_TAGS).sort();
  }, [known, filter.tag]);
}

const NONE: readonly Stored<Thread>[] = [];
/** As many as a menu takes in. */
const MAX_TAGS = 20;

/** To the thread above and below by keyboard. */
function useSteps(ids: readonly string[], base: string): void {
  const [, navigate] = useLocation();
  const threadId = useParam('threadId');
  const search = useSearch();
  const step = (by: number) => {
    const at = threadId === undefined ? -1 : ids.indexOf(threadId);
    const next = ids[at < 0 ? 0 : at + by];
    if (next === undefined) return;
    navigate(withSearch(`${base}/${encodeURIComponent(next)}`, search));
  };
  useShortcut('nextThread', () => {
    step(1);
  });
  useShortcut('previousThread', () => {
    step(-1);
  });
}
