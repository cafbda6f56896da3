import type { Account } from '@switchboard/contract/account';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Link } from 'wouter';
import { Card } from '../../ui/page.tsx';
import { meaningOf } from '../accounts/public.tsx';
import { countByStatus, type StatusCount } from './by-status.ts';
import styles from './dashboard.module.css';

/** A bar for the eye; the list under it says the same in words. */
export function AccountsCard({ accounts }: { readonly accounts: readonly Account[] }) {
  const { t } = useTranslation();
  const counts = countByStatus(accounts);
  if (counts.length === 0) {
    return (
      <Card title={t('dashboard.accounts')}>
        <p className={styles['none']}>{t('dashboard.noAccounts')}</p>
      </Card>
    );
  }
  return (
    <Card title={t('dashboard.accounts')}>
      <div className={styles['stack']} aria-hidden="true">
        {counts.map(({ status, count }) => (
          <span key={status} data-tone={toneOf(status)} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={styles['legend']}>
        {counts.map((one) => (
          <StatusLine key={one.status} {...one} />
        ))}
      </ul>
    </Card>
  );
}

function toneOf(status: StatusCount['status']) {
  return meaningOf({ status, statusReason: null, desired: 'online' }).tone;
}

function StatusLine({ status, count }: StatusCount) {
  const { t } = useTranslation();
  const show = status === 'connected' ? 'connected' : 'attention';
  const tone = toneOf(status);
  const isListed = tone === 'good' || tone === 'warn' || tone === 'danger';
  return (
    <li>
      <Link className={styles['legendLine']} to={isListed ? `/accounts?show=${show}` : '/accounts'}>
        <span className={styles['dot']} data-tone={tone} aria-hidden="true" />
        <span className={styles['legendWord']}>{t(`accounts.status.${status}.word`)}</span>
        <span className={styles['legendCount']}>{count}</span>
      </Link>
    </li>
  );
}
