import type { HostRecord, MinuteRate } from '@switchboard/contract/lease';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './dashboard.module.css';
import { lastHourOf, MINUTE_MS, totalsOf } from './rates.ts';

/** The library that draws is as large as the rest of the page, so it comes after it. */
const TrafficChart = lazy(() => import('./traffic-chart.tsx').then((file) => ({ default: file.TrafficChart })));

export function TrafficCard({ hosts }: { readonly hosts: readonly HostRecord[] }) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const [isTable, setIsTable] = useState(false);
  const rows = lastHourOf(hosts, now);
  const totals = totalsOf(rows);
  const summary = t('dashboard.summary', { ...totals });
  const isQuiet = totals.sent + totals.received + totals.failed === 0;
  const toggle = (
    <Button
      kind="quiet"
      aria-pressed={isTable}
      onClick={() => {
        setIsTable(!isTable);
      }}
    >
      {isTable ? t('dashboard.asChart') : t('dashboard.asTable')}
    </Button>
  );
  return (
    <Card title={t('dashboard.traffic')} text={t('dashboard.trafficText')} actions={isQuiet ? null : toggle}>
      {isQuiet ? <p className={styles['none']}>{t('dashboard.quiet')}</p> : null}
      {!isQuiet && isTable ? <TrafficTable rows={rows} /> : null}
      {!isQuiet && !isTable ? (
        <figure className={styles['chart']} aria-label={summary}>
          <Suspense fallback={<Skeleton height="220px" />}>
            <TrafficChart rows={rows} />
          </Suspense>
        </figure>
      ) : null}
    </Card>
  );
}

function TrafficTable({ rows }: { readonly rows: readonly MinuteRate[] }) {
  const { t } = useTranslation();
  const time = new Intl.DateTimeFormat(currentLanguage(), { hour: '2-digit', minute: '2-digit', hour12: false });
  const busy = rows.filter(({ sent, received, failed, delivered }) => sent + received + failed + delivered > 0);
  return (
    <>
      <div className={styles['rows']}>
        <Table
          label={t('dashboard.traffic')}
          columns={[
            { id: 'minute', title: t('dashboard.minute') },
            { id: 'sent', title: t('dashboard.sent') },
            { id: 'received', title: t('dashboard.received') },
            { id: 'delivered', title: t('dashboard.deliveredRate') },
            { id: 'failed', title: t('dashboard.failed') },
          ]}
        >
          {busy.toReversed().map(({ minute, sent, received, delivered, failed }) => (
            <tr key={minute}>
              <td>{time.format(minute * MINUTE_MS)}</td>
              <td>{sent}</td>
              <td>{received}</td>
              <td>{delivered}</td>
              <td>{failed}</td>
            </tr>
          ))}
        </Table>
      </div>
      <p className={styles['none']}>{t('dashboard.onlyBusy')}</p>
    </>
  );
}
