/** Numbers and threads side by side: for those who look after several numbers at once. */
import type { Account, AccountStatus } from '@switchboard/contract/account';
import { Inbox } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Link, useSearchParams } from 'wouter';
import { withSearch } from '../../lib/address.ts';
import { valueOr, type Stored } from '../../lib/firestore/live.ts';
import { cx } from '../../ui/cx.ts';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { spacedPhone } from './display-name.ts';
import styles from './inbox-page.module.css';
import { useSurroundings, WithSurroundings } from './surroundings.tsx';
import { Workspace } from './workspace.tsx';

export function InboxPage() {
  return (
    <WithSurroundings>
      <div className={styles['inbox']}>
        <AccountColumn />
        <Workspace base="/inbox" hasAccounts />
      </div>
    </WithSurroundings>
  );
}

function AccountColumn() {
  const { t } = useTranslation();
  const { accounts } = useSurroundings();
  const [params] = useSearchParams();
  const chosen = params.get('account');
  const shown = valueOr(accounts, []).filter(({ status, id }) => status !== 'deleted' || id === chosen);
  if (accounts.state === 'failed') return <ErrorState trouble={accounts.trouble} />;
  return (
    <nav className={styles['column']} aria-label={t('threads.accounts.label')}>
      <h2 className={styles['title']}>{t('threads.accounts.label')}</h2>
      {accounts.state === 'loading' ? <Skeletons /> : null}
      {accounts.state === 'ready' && shown.length === 0 ? <NoAccounts /> : null}
      <ul className={styles['list']}>
        {shown.length === 0 ? null : (
          <li>
            <AccountLink account={null} isChosen={chosen === null} />
          </li>
        )}
        {shown.map((account) => (
          <li key={account.id}>
            <AccountLink account={account} isChosen={chosen === account.id} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Skeletons() {
  return (
    <div className={styles['skeletons']}>
      <Skeleton height="40px" />
      <Skeleton height="40px" />
      <Skeleton height="40px" />
    </div>
  );
}

function NoAccounts() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('threads.accounts.none')} action={<Link to="/accounts">{t('threads.accounts.link')}</Link>}>
      {t('threads.accounts.noneText')}
    </EmptyState>
  );
}

type Tone = 'good' | 'warn' | 'bad';

const TONES: Record<AccountStatus, Tone> = {
  connected: 'good',
  connecting: 'warn',
  qr_ready: 'warn',
  reconnecting: 'warn',
  disconnected: 'bad',
  needs_qr: 'bad',
  logged_out: 'bad',
  restricted: 'bad',
  deleted: 'bad',
};

interface AccountLinkProps {
  /** `null` for all of them. */
  readonly account: Stored<Account> | null;
  readonly isChosen: boolean;
}

function AccountLink({ account, isChosen }: AccountLinkProps) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const next = new URLSearchParams(params);
  if (account) next.set('account', account.id);
  else next.delete('account');
  return (
    <Link
      className={styles['account']}
      to={withSearch('/inbox', next.toString())}
      {...(isChosen ? { 'aria-current': 'true' as const } : {})}
    >
      {account ? (
        <span className={cx(styles['dot'], styles[TONES[account.status]])} />
      ) : (
        <Inbox size={14} className={styles['all']} aria-hidden="true" />
      )}
      <span className={styles['names']}>
        <span className={styles['name']}>{account?.name ?? t('threads.accounts.all')}</span>
        {account ? (
          <span className={styles['detail']}>
            {account.status === 'connected' ? spacedPhone(account.phoneE164) : t(`threads.accounts.${account.status}`)}
          </span>
        ) : null}
      </span>
    </Link>
  );
}
