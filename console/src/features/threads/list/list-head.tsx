/** Above the list: which numbers, what to search for, and which threads. */
import { Archive, ChevronDown, Filter, Search, SquarePen, Tag, X } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { valueOr } from '../../../lib/firestore/live.ts';
import { SHORTCUTS } from '../../../lib/shortcuts.ts';
import { useShortcut } from '../../../lib/use-shortcut.ts';
import { IconButton } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { SearchField } from '../../../ui/field.tsx';
import { Menu, type MenuEntry } from '../../../ui/menu.tsx';
import { useSurroundings } from '../surroundings.tsx';
import { SHOWS, type ListFilter, type Show } from './list-filter.ts';
import styles from './list-head.module.css';

interface ListHeadProps {
  readonly filter: ListFilter;
  readonly onFilter: (filter: ListFilter) => void;
  readonly words: string;
  readonly onWords: (words: string) => void;
  /** The tags of the threads in sight: those one can narrow to. */
  readonly tags: readonly string[];
  readonly onNew: () => void;
  /** The numbers stand in a column of their own, so they are not chosen here. */
  readonly hasAccounts: boolean;
}

export function ListHead(props: ListHeadProps) {
  const { t } = useTranslation();
  const { words, onWords, onNew } = props;
  const field = useRef<HTMLInputElement>(null);
  useShortcut('search', () => {
    field.current?.focus();
    field.current?.select();
  });
  useShortcut('newThread', onNew);
  return (
    <header className={styles['head']}>
      <div className={styles['top']}>
        <h1 className={styles['title']}>{props.hasAccounts ? t('threads.title') : <AccountMenu {...props} />}</h1>
        <IconButton
          label={t('threads.create.button')}
          shortcut={SHORTCUTS.newThread}
          icon={<SquarePen size={18} />}
          onClick={onNew}
        />
      </div>
      <div className={styles['searching']}>
        <SearchField
          ref={field}
          label={t('threads.list.searchLabel')}
          icon={<Search size={15} />}
          value={words}
          onChange={({ target }) => {
            onWords(target.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || words === '') return;
            // It leaves the search and nothing else.
            event.preventDefault();
            onWords('');
          }}
        />
        {words === '' ? null : (
          <IconButton
            label={t('threads.search.clear')}
            icon={<X size={16} />}
            onClick={() => {
              onWords('');
            }}
          />
        )}
      </div>
      {words === '' ? <Filters {...props} /> : null}
    </header>
  );
}

/** Which number, or all of them: the title of the list and the way to change it. */
function AccountMenu({ filter, onFilter }: ListHeadProps) {
  const { t } = useTranslation();
  const { accounts, accountOf } = useSurroundings();
  const entry = (id: string | null, label: string): MenuEntry => ({
    id: id ?? 'all',
    label,
    isChecked: filter.accountId === id,
    onChoose: () => {
      onFilter({ ...filter, accountId: id });
    },
  });
  const all = t('threads.list.allAccounts');
  const chosen = filter.accountId === null ? all : (accountOf(filter.accountId)?.name ?? all);
  return (
    <Menu
      align="start"
      label={t('threads.list.account')}
      entries={[entry(null, all), ...valueOr(accounts, []).map(({ id, name }) => entry(id, name))]}
      trigger={
        <button type="button" className={styles['account']}>
          <span className={styles['accountName']}>{chosen}</span>
          <ChevronDown size={15} aria-hidden="true" />
        </button>
      }
    />
  );
}

const IN_SIGHT: readonly Show[] = ['all', 'unread', 'mine', 'unassigned'];

function Filters({ filter, onFilter, tags }: ListHeadProps) {
  const { t } = useTranslation();
  const choose = (show: Show) => {
    onFilter({ ...filter, show, tag: null });
  };
  const extra = SHOWS.filter((show) => !IN_SIGHT.includes(show));
  const entries: MenuEntry[] = [
    ...extra.map((show) => ({
      id: show,
      label: t(`threads.list.${show}`),
      icon: <Archive size={16} />,
      isChecked: filter.show === show,
      onChoose: () => {
        choose(filter.show === show ? 'all' : show);
      },
    })),
    ...tags.map((tag, index) => ({
      id: `tag ${tag}`,
      label: t('threads.list.tagged', { tag }),
      icon: <Tag size={16} />,
      isChecked: filter.tag === tag,
      startsGroup: index === 0,
      onChoose: () => {
        onFilter({ ...filter, show: 'all', tag: filter.tag === tag ? null : tag });
      },
    })),
  ];
  const isExtra = filter.tag !== null || extra.includes(filter.show);
  return (
    <div className={styles['filters']} role="group" aria-label={t('threads.list.filters')}>
      {IN_SIGHT.map((show) => (
        <button
          key={show}
          type="button"
          className={cx(styles['chip'])}
          aria-pressed={filter.show === show && filter.tag === null}
          onClick={() => {
            choose(show);
          }}
        >
          {t(`threads.list.${show}`)}
        </button>
      ))}
      <Menu
        entries={entries}
        trigger={<IconButton size="s" label={t('threads.list.more')} icon={<Filter size={15} />} isOn={isExtra} />}
      />
    </div>
  );
}
