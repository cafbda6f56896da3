import type { Incident } from '@switchboard/contract/incident';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Link } from 'wouter';
import type { Stored } from '../../lib/firestore/live.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { momentWords } from '../../lib/time-words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './incidents.module.css';
import { accountPath } from './paths.ts';

interface IncidentListProps {
  readonly incidents: readonly Stored<Incident>[];
  /** What the account of each is called, where the list is of more than one; `null` for one the reader may not see. */
  readonly nameOf?: (accountId: string) => string | null;
}

/** Gravest first, then newest. */
export function IncidentList({ incidents, nameOf }: IncidentListProps) {
  const { t } = useTranslation();
  const rank = ({ severity }: Incident) => (severity === 'high' ? 0 : 1);
  const sorted = [...incidents].sort((a, b) => rank(a) - rank(b) || b.lastAt.toMillis() - a.lastAt.toMillis());
  return (
    <ul className={styles['list']}>
      {sorted.map((incident) => (
        <li key={incident.id} className={styles['incident']}>
          <TriangleAlert className={styles['icon']} data-severity={incident.severity} size={16} aria-hidden="true" />
          <div className={styles['words']}>
            <p className={styles['head']}>
              <span className={styles['word']}>{t(`accounts.incidents.type.${incident.type}.word`)}</span>
              <Badge tone={incident.severity === 'high' ? 'danger' : 'warn'}>
                {t(`accounts.incidents.${incident.severity}`)}
              </Badge>
              <AccountLink accountId={incident.accountId} name={nameOf?.(incident.accountId) ?? null} />
            </p>
            <p className={styles['text']}>{t(`accounts.incidents.type.${incident.type}.text`)}</p>
            <Particulars incident={incident} />
          </div>
          <Times incident={incident} />
        </li>
      ))}
    </ul>
  );
}

function AccountLink({ accountId, name }: { readonly accountId: string; readonly name: string | null }) {
  return name === null ? null : (
    <Link to={accountPath(accountId)} dir="auto">
      {name}
    </Link>
  );
}

function Times({ incident }: { readonly incident: Incident }) {
  const { t } = useTranslation();
  const since = momentWords(incident.ts.toMillis(), Date.now(), currentLanguage());
  return (
    <p className={styles['times']}>
      {t('accounts.incidents.since', { time: since })}
      <br />
      {t('accounts.incidents.times', { count: incident.count })}
    </p>
  );
}

/** Close codes and what WhatsApp said, for whoever looks for the cause. */
function Particulars({ incident }: { readonly incident: Incident }) {
  const { t } = useTranslation();
  const details = Object.entries(incident.details);
  if (details.length === 0) return null;
  return (
    <details className={styles['details']}>
      <summary>{t('accounts.incidents.more')}</summary>
      <code>{details.map(([name, value]) => `${name}: ${String(value)}`).join(' · ')}</code>
    </details>
  );
}

/** The open ones of one account; nothing where there are none. */
export function IncidentsCard({ incidents }: { readonly incidents: readonly Stored<Incident>[] }) {
  const { t } = useTranslation();
  const open = incidents.filter(({ resolvedAt }) => resolvedAt === null);
  if (open.length === 0) return null;
  return (
    <Card title={t('accounts.incidents.title')}>
      <IncidentList incidents={open} />
    </Card>
  );
}
