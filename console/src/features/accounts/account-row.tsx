import type { Account } from '@switchboard/contract/account';
import { ChevronRight } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Link } from 'wouter';
import type { Stored } from '../../lib/firestore/live.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { relativeWords } from '../../lib/time-words.ts';
import { useNow } from '../../lib/use-now.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import styles from './list.module.css';
import { lastHeardMs } from './last-events.ts';
import { explanationOf, meaningOf } from './next-step.ts';
import { accountPath } from './paths.ts';
import { phoneWords } from './phone-words.ts';
import { StatusBadge } from './status-badge.tsx';

/** How often "5 minutes ago" is looked at again, ms. */
const REFRESH_MS = 20_000;

/** What the columns are, for the eye; each row says its parts by itself. */
export function RowHeads() {
  const { t } = useTranslation();
  return (
    <div className={styles['heads']} aria-hidden="true">
      <span>{t('accounts.columns.number')}</span>
      <span>{t('accounts.columns.status')}</span>
      <span className={styles['team']}>{t('accounts.columns.team')}</span>
      <span className={styles['host']}>{t('accounts.columns.host')}</span>
      <span>{t('accounts.columns.lastEvent')}</span>
      <span />
    </div>
  );
}

export function AccountRow({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const now = useNow(REFRESH_MS);
  const { id, name, phoneE164, team, ownerHostId, hold } = account;
  const heardMs = lastHeardMs(account);
  const { step } = meaningOf(account);
  const explains = step !== 'none' && step !== 'wait';
  return (
    <li>
      <Link className={styles['row']} to={accountPath(id)}>
        <span className={styles['who']}>
          <Avatar name={name} seed={id} />
          <span className={styles['names']}>
            <span className={styles['name']} dir="auto">
              {name}
            </span>
            <bdi className={styles['phone']} dir="ltr">
              {phoneWords(phoneE164)}
            </bdi>
          </span>
        </span>
        <span className={styles['state']}>
          <span className={styles['badges']}>
            <StatusBadge account={account} />
            {hold ? <Badge tone="warn">{t('accounts.hold.short')}</Badge> : null}
          </span>
          {explains ? <span className={styles['why']}>{t(`accounts.${explanationOf(account)}`)}</span> : null}
        </span>
        <span className={styles['team']}>{team}</span>
        <span className={styles['host']}>{ownerHostId ?? t('accounts.noHost')}</span>
        <span className={styles['when']}>
          {heardMs === null ? t('accounts.never') : relativeWords(heardMs, now, currentLanguage())}
        </span>
        <ChevronRight className={styles['chevron']} size={16} aria-hidden="true" />
      </Link>
    </li>
  );
}
