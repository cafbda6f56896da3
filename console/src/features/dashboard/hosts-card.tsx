import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { momentWords, relativeWords } from '../../lib/time-words.ts';
import type { SeenHost } from '../../lib/use-host-ages.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './dashboard.module.css';

const TONES = { running: 'good', fenced: 'danger', draining: 'warn', silent: 'danger', gone: 'neutral' } as const;

export function HostsCard({ hosts }: { readonly hosts: readonly SeenHost[] }) {
  const { t } = useTranslation();
  const [showsStopped, setShowsStopped] = useState(false);
  const stopped = hosts.filter(({ state }) => state === 'gone').length;
  const shown = hosts
    .filter(({ state }) => showsStopped || state !== 'gone')
    .toSorted((a, b) => a.host.id.localeCompare(b.host.id));
  const show = (
    <Button
      kind="quiet"
      aria-pressed={showsStopped}
      onClick={() => {
        setShowsStopped(!showsStopped);
      }}
    >
      {t('dashboard.showStopped', { count: stopped })}
    </Button>
  );
  return (
    <Card title={t('dashboard.hosts')} actions={stopped === 0 ? null : show}>
      {hosts.length === 0 ? <p className={styles['none']}>{t('dashboard.noHosts')}</p> : null}
      {shown.length === 0 ? null : (
        <Table
          label={t('dashboard.hosts')}
          columns={(['host', 'state', 'load', 'heartbeat', 'started', 'version'] as const).map((id) => ({
            id,
            title: t(`dashboard.${id}`),
          }))}
        >
          {shown.map((one) => (
            <HostRow key={one.host.id} seen={one} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function HostRow({ seen }: { readonly seen: SeenHost }) {
  const { t } = useTranslation();
  const { host, ageMs, state } = seen;
  const { accounts, capacity } = host;
  return (
    <tr>
      <td className={styles['hostName']}>{host.id}</td>
      <td>
        <Badge tone={TONES[state]} hasDot>
          {t(`dashboard.${state}`)}
        </Badge>
      </td>
      <td>
        <span className={styles['load']}>
          <span className={styles['meter']} data-full={accounts >= capacity || undefined} aria-hidden="true">
            <span style={{ inlineSize: `${String(Math.min(100, (accounts / capacity) * 100))}%` }} />
          </span>
          {t('dashboard.full', { accounts, capacity })}
        </span>
      </td>
      <td className={styles['steady']}>{relativeWords(-ageMs, 0, currentLanguage())}</td>
      <td className={styles['steady']}>{momentWords(host.startedAt.toMillis(), Date.now(), currentLanguage())}</td>
      <td className={styles['steady']}>{host.version}</td>
    </tr>
  );
}
