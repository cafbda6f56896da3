import type { Account } from '@switchboard/contract/account';
import { ListPlus, Plus, Search, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation, useSearchParams } from 'wouter';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { isManagement, useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { AccountRow, RowHeads } from './account-row.tsx';
import { AddAccount } from './add-account.tsx';
import { countsOf, FILTERS, fitsFilter, fitsSearch, isFilter, type Filter } from './list-filter.ts';
import styles from './list.module.css';
import { linkManyPath } from './paths.ts';

export function AccountList() {
  const { t } = useTranslation();
  const { claims } = useSession();
  const accounts = useAccounts();
  const [isAdding, setIsAdding] = useState(false);
  const add = () => {
    setIsAdding(true);
  };
  return (
    <Page title={t('accounts.title')} actions={isManagement(claims) ? <ListActions onAdd={add} /> : null}>
      {accounts.state === 'loading' ? <ListSkeleton /> : null}
      {accounts.state === 'failed' ? <ErrorState trouble={accounts.trouble} /> : null}
      {accounts.state === 'ready' ? <Found accounts={accounts.value} onAdd={add} /> : null}
      {isAdding ? (
        <AddAccount
          onClose={() => {
            setIsAdding(false);
          }}
        />
      ) : null}
    </Page>
  );
}

function ListActions({ onAdd }: { readonly onAdd: () => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <>
      <Button
        onClick={() => {
          navigate(linkManyPath);
        }}
      >
        <ListPlus size={16} aria-hidden="true" />
        {t('accounts.addMany')}
      </Button>
      <Button kind="primary" onClick={onAdd}>
        <Plus size={16} aria-hidden="true" />
        {t('accounts.add')}
      </Button>
    </>
  );
}

interface FoundProps {
  readonly accounts: readonly Stored<Account>[];
  readonly onAdd: () => void;
}

function Found({ accounts, onAdd }: FoundProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [parameters, setParameters] = useSearchParams();
  const asked = parameters.get('show');
  const filter: Filter = isFilter(asked) ? asked : 'all';
  const choose = (next: Filter) => {
    setParameters(next === 'all' ? {} : { show: next }, { replace: true });
  };
  if (accounts.length === 0) return <NoAccounts onAdd={onAdd} />;
  const counts = countsOf(accounts);
  const shown = accounts.filter((account) => fitsFilter(account, filter) && fitsSearch(account, search));
  return (
    <>
      <div className={styles['bar']}>
        <Segments
          label={t('accounts.filters.label')}
          segments={FILTERS.filter((one) => one === 'all' || one === filter || counts[one] > 0).map((value) => ({
            value,
            label: t(`accounts.filters.${value}`),
            count: counts[value],
          }))}
          value={filter}
          onChange={choose}
        />
        <div className={styles['search']}>
          <SearchField
            label={t('accounts.search')}
            icon={<Search size={15} />}
            value={search}
            onChange={({ target }) => {
              setSearch(target.value);
            }}
          />
        </div>
      </div>
      {shown.length === 0 ? (
        <NothingFits
          onAll={() => {
            setSearch('');
            choose('all');
          }}
        />
      ) : (
        <div className={styles['list']}>
          <RowHeads />
          <ul aria-label={t('accounts.list')}>
            {shown.map((account) => (
              <AccountRow key={account.id} account={account} />
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function NoAccounts({ onAdd }: { readonly onAdd: () => void }) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const mayAdd = isManagement(claims);
  return (
    <EmptyState
      icon={<Smartphone size={22} />}
      title={t('accounts.emptyTitle')}
      action={
        mayAdd ? (
          <Button kind="primary" onClick={onAdd}>
            <Plus size={16} aria-hidden="true" />
            {t('accounts.add')}
          </Button>
        ) : null
      }
    >
      {mayAdd ? t('accounts.emptyText') : t('accounts.emptyAgent')}
    </EmptyState>
  );
}

function NothingFits({ onAll }: { readonly onAll: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<Search size={22} />}
      title={t('accounts.noneFound')}
      action={<Button onClick={onAll}>{t('accounts.showAll')}</Button>}
    >
      {t('accounts.noneFoundText')}
    </EmptyState>
  );
}

function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={styles['list']} role="status" aria-label={t('ui.loading')}>
      {['a', 'b', 'c', 'd'].map((row) => (
        <div key={row} className={styles['loading']}>
          <Skeleton width="32px" height="32px" isRound />
          <Skeleton width="30%" />
          <Skeleton width="96px" height="18px" />
        </div>
      ))}
    </div>
  );
}
