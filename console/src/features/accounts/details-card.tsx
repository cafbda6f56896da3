import type { Account } from '@switchboard/contract/account';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { momentWords, relativeWords } from '../../lib/time-words.ts';
import { useHostAges } from '../../lib/use-host-ages.ts';
import { Card } from '../../ui/page.tsx';
import styles from './detail.module.css';
import { phoneWords } from './phone-words.ts';

export function DetailsCard({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const lease = useLeaseWords(account.ownerHostId);
  const facts: readonly (readonly [title: string, value: string | null])[] = [
    [t('accounts.details.phone'), phoneWords(account.phoneE164)],
    [t('accounts.details.team'), account.team],
    [t('accounts.details.pushName'), account.pushName],
    [t('accounts.details.host'), account.ownerHostId ?? t('accounts.noHost')],
    [t('accounts.details.lease'), lease],
    [t('accounts.details.linkMethod'), t(`accounts.details.${account.linkMethod}`)],
    [t('accounts.details.tries'), account.reconnectAttempts === 0 ? null : String(account.reconnectAttempts)],
    [t('accounts.details.externalId'), account.externalId],
    [t('accounts.details.added'), momentWords(account.createdAt.toMillis(), Date.now(), currentLanguage())],
  ];
  return (
    <Card title={t('accounts.details.title')}>
      <dl className={styles['facts']}>
        {facts.map(([title, value]) =>
          value === null ? null : (
            <div key={title} style={{ display: 'contents' }}>
              <dt>{title}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </Card>
  );
}

/** A lease is good for as long as its holder's heart beats; the lease documents themselves are the servers' own. */
function useLeaseWords(hostId: string | null): string {
  const { t } = useTranslation();
  const hosts = useHostAges();
  const owner = hosts.state === 'ready' ? hosts.value.find(({ host }) => host.id === hostId) : undefined;
  if (hostId === null || owner === undefined) return t('accounts.details.leaseNone');
  if (owner.state === 'fenced') return t('accounts.details.leaseFenced');
  const time = relativeWords(-owner.ageMs, 0, currentLanguage());
  return owner.state === 'running' || owner.state === 'draining'
    ? t('accounts.details.leaseHeld', { time })
    : t('accounts.details.leaseSilent', { time });
}
