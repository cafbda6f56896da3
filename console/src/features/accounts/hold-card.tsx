import type { Account } from '@switchboard/contract/account';
import { releaseHoldOutputSchema } from '@switchboard/contract/callables';
import { Hand } from 'lucide-react';
import { useState } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { isManagement, useSession } from '../../lib/session.tsx';
import { momentWords, relativeWords } from '../../lib/time-words.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Card } from '../../ui/page.tsx';
import { say, sayFailed } from '../../ui/toast.tsx';
import styles from './detail.module.css';
import state from './state.module.css';

interface HoldCardProps {
  readonly accountId: string;
  readonly hold: NonNullable<Account['hold']>;
}

/** Why a connected number sends nothing, and the way to let it go on. */
export function HoldCard({ accountId, hold }: HoldCardProps) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const now = useNow(20_000);
  const { since, until, error } = hold;
  const ends = until
    ? t('accounts.hold.until', { time: relativeWords(until.toMillis(), now, currentLanguage()) })
    : t('accounts.hold.byHand');
  return (
    <Card>
      <div className={styles['hold']}>
        <span className={state['icon']} data-tone="warn" aria-hidden="true">
          <Hand size={20} />
        </span>
        <div className={styles['holdWords']}>
          <h2>{t('accounts.hold.title')}</h2>
          <p>
            {refusalWords(t, error)}{' '}
            {t('accounts.hold.since', { time: momentWords(since.toMillis(), now, currentLanguage()) })} {ends}
          </p>
        </div>
        {isManagement(claims) ? <Release accountId={accountId} /> : null}
      </div>
    </Card>
  );
}

function Release({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const { call } = useSession();
  const [isAsking, setIsAsking] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const release = async () => {
    setIsBusy(true);
    const answer = await call('releaseHold', { accountId }, releaseHoldOutputSchema);
    setIsBusy(false);
    setIsAsking(false);
    if (answer.ok) say(t('accounts.hold.released'));
    else sayFailed(t('ui.failed'), refusalWords(t, answer.error));
  };
  return (
    <>
      <Button
        onClick={() => {
          setIsAsking(true);
        }}
      >
        {t('accounts.hold.release')}
      </Button>
      <Confirm
        isOpen={isAsking}
        title={t('accounts.hold.release')}
        description={t('accounts.hold.releaseText')}
        confirm={t('accounts.hold.release')}
        kind="primary"
        isBusy={isBusy}
        onConfirm={() => void release()}
        onCancel={() => {
          setIsAsking(false);
        }}
      />
    </>
  );
}
