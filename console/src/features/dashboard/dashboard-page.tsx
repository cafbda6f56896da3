/** How the whole is: numbers, traffic, hosts, and what is wrong. Everything follows by itself. */
import { CircleCheck } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import { valueOr } from '../../lib/firestore/live.ts';
import { useOpenIncidents } from '../../lib/firestore/operations.ts';
import { useSession } from '../../lib/session.tsx';
import { useHostAges } from '../../lib/use-host-ages.ts';
import { Card, Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { IncidentList, isDeleted } from '../accounts/public.tsx';
import { AccountsCard } from './accounts-card.tsx';
import styles from './dashboard.module.css';
import { Figures } from './figures.tsx';
import { HostsCard } from './hosts-card.tsx';
import { TrafficCard } from './traffic-card.tsx';

export function DashboardPage() {
  const { t } = useTranslation();
  const accounts = useAccounts();
  const hosts = useHostAges();
  if (accounts.state === 'failed' || hosts.state === 'failed') {
    const trouble = accounts.state === 'failed' ? accounts.trouble : 'broken';
    return (
      <Page title={t('dashboard.title')}>
        <ErrorState trouble={trouble} />
      </Page>
    );
  }
  if (accounts.state === 'loading' || hosts.state === 'loading') return <DashboardSkeleton />;
  const present = accounts.value.filter((account) => !isDeleted(account));
  const records = hosts.value.map(({ host }) => host);
  return (
    <Page title={t('dashboard.title')}>
      <Figures accounts={present} hosts={records} />
      <div className={styles['columns']}>
        <AccountsCard accounts={present} />
        <IncidentsCard />
      </div>
      <TrafficCard hosts={records} />
      <HostsCard hosts={hosts.value} />
    </Page>
  );
}

function IncidentsCard() {
  const { t } = useTranslation();
  const { claims } = useSession();
  const accounts = valueOr(useAccounts(), []);
  const incidents = useOpenIncidents();
  const nameOf = (accountId: string) => accounts.find(({ id }) => id === accountId)?.name ?? null;
  // What is wrong with other teams' numbers is no help to those who may not open them.
  const open = valueOr(incidents, []).filter(({ accountId }) => claims.role === 'admin' || nameOf(accountId) !== null);
  return (
    <Card title={t('dashboard.incidents')}>
      {incidents.state === 'failed' ? <ErrorState trouble={incidents.trouble} /> : null}
      {incidents.state === 'loading' ? <Skeleton height="64px" /> : null}
      {incidents.state === 'ready' && open.length === 0 ? (
        <EmptyState icon={<CircleCheck size={22} />} title={t('dashboard.noIncidents')}>
          {t('dashboard.noIncidentsText')}
        </EmptyState>
      ) : null}
      {open.length > 0 ? (
        <div className={styles['incidents']}>
          <IncidentList incidents={open} nameOf={nameOf} />
        </div>
      ) : null}
    </Card>
  );
}

function DashboardSkeleton() {
  const { t } = useTranslation();
  return (
    <Page title={t('dashboard.title')}>
      <div className={styles['loading']} role="status" aria-label={t('ui.loading')}>
        <Skeleton height="88px" />
        <Skeleton height="220px" />
        <Skeleton height="160px" />
      </div>
    </Page>
  );
}
