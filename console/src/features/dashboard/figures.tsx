import type { Account } from '@switchboard/contract/account';
import type { HostRecord } from '@switchboard/contract/lease';
import type { ReactNode } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { valueOr } from '../../lib/firestore/live.ts';
import { useOldestWaiting } from '../../lib/firestore/operations.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { durationWords } from '../../lib/time-words.ts';
import { useNow } from '../../lib/use-now.ts';
import styles from './dashboard.module.css';
import { lastHourOf, MINUTE_MS, shareOf, totalsOf } from './rates.ts';

interface FiguresProps {
  readonly accounts: readonly Stored<Account>[];
  readonly hosts: readonly HostRecord[];
}

/** What waits longer than this is shown as trouble, ms. */
const LONG_WAIT_MS = 5 * MINUTE_MS;
/** Above this share of failures something is wrong. */
const MANY_FAILED = 0.05;

export function Figures({ accounts, hosts }: FiguresProps) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const language = currentLanguage();
  const { sent, failed, delivered, received } = totalsOf(lastHourOf(hosts, now));
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const share = (part: number, whole: number) => {
    const value = shareOf(part, whole);
    return value === null ? '–' : value.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 });
  };
  const perMinute = (count: number) => t('dashboard.perMinute', { rate: number.format(count / 60) });
  const connected = accounts.filter(({ status }) => status === 'connected').length;
  return (
    <dl className={styles['figures']} aria-label={t('dashboard.figures')}>
      <Figure title={t('dashboard.connected')} more={t('dashboard.connectedOf', { all: accounts.length })}>
        {number.format(connected)}
      </Figure>
      <Figure title={t('dashboard.sent')} more={perMinute(sent)}>
        {number.format(sent)}
      </Figure>
      <Figure title={t('dashboard.received')} more={perMinute(received)}>
        {number.format(received)}
      </Figure>
      <Figure
        title={t('dashboard.deliveredRate')}
        more={t('dashboard.ofSent', { count: Math.min(delivered, sent), all: sent })}
      >
        {share(delivered, sent)}
      </Figure>
      <Figure
        title={t('dashboard.failedRate')}
        more={t('dashboard.ofTried', { count: failed, all: sent + failed })}
        isBad={(shareOf(failed, sent + failed) ?? 0) > MANY_FAILED}
      >
        {share(failed, sent + failed)}
      </Figure>
      <OldestWaiting accounts={accounts} now={now} />
    </dl>
  );
}

function OldestWaiting({ accounts, now }: { readonly accounts: readonly Stored<Account>[]; readonly now: number }) {
  const { t } = useTranslation();
  const [oldest] = valueOr(useOldestWaiting(), []);
  if (!oldest) {
    return (
      <Figure title={t('dashboard.oldest')} more={t('dashboard.nothingWaits')}>
        –
      </Figure>
    );
  }
  const waitedMs = Math.max(0, now - oldest.createdAt.toMillis());
  const account = accounts.find(({ id }) => id === oldest.accountId)?.name ?? t('dashboard.unknownAccount');
  return (
    <Figure title={t('dashboard.oldest')} more={t('dashboard.oldestIn', { account })} isBad={waitedMs > LONG_WAIT_MS}>
      {durationWords(waitedMs, currentLanguage())}
    </Figure>
  );
}

interface FigureProps {
  readonly title: string;
  readonly more: string;
  readonly isBad?: boolean;
  readonly children: ReactNode;
}

function Figure({ title, more, isBad = false, children }: FigureProps) {
  return (
    <div className={styles['figure']}>
      <dt className={styles['figureTitle']}>{title}</dt>
      <dd className={styles['figureValue']} data-bad={isBad || undefined}>
        {children}
      </dd>
      <dd className={styles['figureMore']}>{more}</dd>
    </div>
  );
}
