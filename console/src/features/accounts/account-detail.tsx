/** One number: how it is, what to do next, its code while it is linked, its limits and what happened to it. */
import type { Account } from '@switchboard/contract/account';
import { ChevronLeft, SearchX } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import type { Stored } from '../../lib/firestore/live.ts';
import { useAccount, useIncidentsOf } from '../../lib/firestore/operations.ts';
import { valueOr } from '../../lib/firestore/live.ts';
import { isManagement, useSession } from '../../lib/session.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { AccountMenu } from './account-menu.tsx';
import { DetailsCard } from './details-card.tsx';
import styles from './detail.module.css';
import { EventsCard } from './events-card.tsx';
import { HoldCard } from './hold-card.tsx';
import { IncidentsCard } from './incident-list.tsx';
import { LimitsCard } from './limits-card.tsx';
import { StateCard } from './state-card.tsx';

export function AccountDetail({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const account = useAccount(accountId);
  if (account.state === 'loading') return <DetailSkeleton />;
  if (account.state === 'failed' && account.trouble === 'broken') {
    return (
      <Page title={t('accounts.title')} back={<Back />}>
        <ErrorState trouble="broken" />
      </Page>
    );
  }
  // Rules refuse to say of a number of another team even that it is there.
  if (account.state === 'failed' || account.value === null) return <Unknown />;
  return <Found account={account.value} />;
}

function Found({ account }: { readonly account: Stored<Account> }) {
  const { claims } = useSession();
  const incidents = valueOr(useIncidentsOf(account.id), []);
  return (
    <Page
      title={account.name}
      back={<Back />}
      actions={isManagement(claims) ? <AccountMenu key={account.id} account={account} /> : null}
    >
      <StateCard account={account} />
      {account.hold ? <HoldCard accountId={account.id} hold={account.hold} /> : null}
      <IncidentsCard incidents={incidents} />
      <div className={styles['columns']}>
        <LimitsCard account={account} />
        <div className={styles['column']}>
          <DetailsCard account={account} />
          <EventsCard account={account} incidents={incidents} />
        </div>
      </div>
    </Page>
  );
}

export function Back() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <IconButton
      className={styles['back']}
      label={t('accounts.back')}
      icon={<ChevronLeft size={18} />}
      onClick={() => {
        navigate('/accounts');
      }}
    />
  );
}

function Unknown() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <Page title={t('accounts.title')} back={<Back />}>
      <EmptyState
        icon={<SearchX size={22} />}
        title={t('accounts.unknownTitle')}
        action={
          <Button
            onClick={() => {
              navigate('/accounts');
            }}
          >
            {t('accounts.showAll')}
          </Button>
        }
      >
        {t('accounts.unknownText')}
      </EmptyState>
    </Page>
  );
}

function DetailSkeleton() {
  const { t } = useTranslation();
  return (
    <Page title={t('accounts.title')} back={<Back />}>
      <div className={styles['column']} role="status" aria-label={t('ui.loading')}>
        <Skeleton height="96px" />
        <Skeleton height="220px" />
      </div>
    </Page>
  );
}
