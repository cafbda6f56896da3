import type { Account } from '@switchboard/contract/account';
import type { Incident } from '@switchboard/contract/incident';
import { CircleCheck, MessageCircle, Plus, PowerOff, ShieldCheck, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { momentWords } from '../../lib/time-words.ts';
import { Card } from '../../ui/page.tsx';
import styles from './detail.module.css';
import { lastEventsOf, type AccountEvent } from './last-events.ts';

const ICONS: Record<AccountEvent['kind'], LucideIcon> = {
  connected: CircleCheck,
  disconnected: PowerOff,
  message: MessageCircle,
  added: Plus,
  opened: TriangleAlert,
  resolved: ShieldCheck,
};

interface EventsCardProps {
  readonly account: Stored<Account>;
  readonly incidents: readonly Stored<Incident>[];
}

export function EventsCard({ account, incidents }: EventsCardProps) {
  const { t } = useTranslation();
  const now = Date.now();
  return (
    <Card title={t('accounts.events.title')}>
      <ol className={styles['events']}>
        {lastEventsOf(account, incidents).map((event) => {
          const Icon = ICONS[event.kind];
          const at = new Date(event.atMs);
          return (
            <li key={`${event.kind}${String(event.atMs)}`} className={styles['event']}>
              <Icon size={14} aria-hidden="true" />
              <EventWords event={event} />
              <time className={styles['eventTime']} dateTime={at.toISOString()}>
                {momentWords(event.atMs, now, currentLanguage())}
              </time>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function EventWords({ event }: { readonly event: AccountEvent }) {
  const { t } = useTranslation();
  const words = (): string => {
    switch (event.kind) {
      case 'disconnected':
        return t('accounts.events.disconnected', { reason: event.reason || '–', code: event.code ?? '–' });
      case 'opened':
      case 'resolved':
        return t(`accounts.events.${event.kind}`, { incident: t(`accounts.incidents.type.${event.incident}.word`) });
      case 'added':
      case 'connected':
      case 'message':
        return t(`accounts.events.${event.kind}`);
    }
  };
  return <span className={styles['eventWords']}>{words()}</span>;
}
