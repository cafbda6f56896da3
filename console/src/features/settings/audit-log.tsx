import type { AuditEntry } from '@switchboard/contract/audit';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Link } from 'wouter';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import { valueOr, type Stored } from '../../lib/firestore/live.ts';
import { useAudit } from '../../lib/firestore/operations.ts';
import { useUserNames } from '../../lib/firestore/users.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { momentWords } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { detailsWords } from './audit-words.ts';
import styles from './settings.module.css';

const PAGE = 50;
/** Beyond it, a question is better put to Firestore itself. */
const MOST = 500;

export function AuditLog() {
  const { t } = useTranslation();
  const [count, setCount] = useState(PAGE);
  const entries = useAudit(count);
  const isEmpty = entries.state === 'ready' && entries.value.length === 0;
  return (
    <Card title={t('settings.sections.audit')} text={t('settings.audit.text')}>
      {entries.state === 'loading' ? <Skeleton height="160px" /> : null}
      {entries.state === 'failed' ? <ErrorState trouble={entries.trouble} /> : null}
      {isEmpty ? (
        <EmptyState icon={<ScrollText size={22} />} title={t('settings.audit.empty')}>
          {t('settings.audit.emptyText')}
        </EmptyState>
      ) : null}
      {entries.state === 'ready' && !isEmpty ? (
        <>
          <Entries entries={entries.value} />
          <Foot
            shown={entries.value.length}
            count={count}
            onMore={() => {
              setCount(count + PAGE);
            }}
          />
        </>
      ) : null}
    </Card>
  );
}

function Entries({ entries }: { readonly entries: readonly Stored<AuditEntry>[] }) {
  const { t } = useTranslation();
  const nameOf = useUserNames();
  const accounts = valueOr(useAccounts(), []);
  const accountOf = (id: string | null) => accounts.find((account) => account.id === id) ?? null;
  const columns = (['when', 'who', 'what', 'details'] as const).map((id) => ({ id, title: t(`settings.audit.${id}`) }));
  return (
    <Table label={t('settings.sections.audit')} columns={columns}>
      {entries.map((entry) => {
        const account = accountOf(entry.accountId);
        return (
          <tr key={entry.id}>
            <td className={styles['when']}>{momentWords(entry.at.toMillis(), Date.now(), currentLanguage())}</td>
            <td className={styles['who']} dir="auto">
              {nameOf(entry.by)}
            </td>
            <td className={styles['what']}>
              {t(`settings.audit.action.${entry.action}`)}
              {account ? (
                <>
                  {' · '}
                  <Link to={`/accounts/${account.id}`} dir="auto">
                    {account.name}
                  </Link>
                </>
              ) : null}
            </td>
            <td className={styles['details']}>{detailsWords(entry, nameOf)}</td>
          </tr>
        );
      })}
    </Table>
  );
}

interface FootProps {
  readonly shown: number;
  /** How many were asked for: fewer means that there are no more. */
  readonly count: number;
  readonly onMore: () => void;
}

function Foot({ shown, count, onMore }: FootProps) {
  const { t } = useTranslation();
  if (shown < count) return <p className={styles['end']}>{t('settings.audit.end')}</p>;
  if (count >= MOST) return <p className={styles['end']}>{t('settings.audit.most')}</p>;
  return (
    <div className={styles['end']}>
      <Button onClick={onMore}>{t('settings.audit.more')}</Button>
    </div>
  );
}
