import type { Account } from '@switchboard/contract/account';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { isManagement, useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { LiveRegion } from '../../ui/visually-hidden.tsx';
import { LinkingPanel } from './linking-panel.tsx';
import { explanationOf, meaningOf, type Step } from './next-step.ts';
import { STATUS_ICONS } from './status-badge.tsx';
import styles from './state.module.css';
import { useAccountActions } from './use-account-actions.tsx';

/** How the number is, in a word, why, and the one thing to do about it. */
export function StateCard({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const { tone, step } = meaningOf(account);
  const Icon = STATUS_ICONS[account.status];
  const word = t(`accounts.status.${account.status}.word`);
  const isLinking =
    account.status === 'qr_ready' || (account.status === 'connecting' && account.lastConnectedAt === null);
  return (
    <Card>
      <div className={styles['state']}>
        <span className={styles['icon']} data-tone={tone} aria-hidden="true">
          <Icon size={20} />
        </span>
        <div className={styles['words']}>
          <h2 className={styles['word']}>{word}</h2>
          <p className={styles['text']}>{t(`accounts.${wordsOf(account)}`)}</p>
          <Pending account={account} />
        </div>
        {isManagement(claims) ? <NextStep account={account} step={step} /> : null}
      </div>
      {isLinking ? <LinkingPanel account={account} mayRead={isManagement(claims)} /> : null}
      <LiveRegion>{word}</LiveRegion>
    </Card>
  );
}

/** What the status alone cannot know: a hold, and by which kind of code the number is being linked. */
function wordsOf(account: Account): 'held' | 'enterCode' | ReturnType<typeof explanationOf> {
  if (account.hold !== null && account.status === 'connected') return 'held';
  if (account.status === 'qr_ready' && account.linkMethod === 'pairing_code') return 'enterCode';
  return explanationOf(account);
}

function Pending({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  if (account.desired === 'online' && account.ownerHostId === null) {
    return <p className={styles['pending']}>{t('accounts.noHostYet')}</p>;
  }
  if (account.pendingRequest === null) return null;
  return (
    <p className={styles['pending']}>
      <Spinner />
      {t('accounts.pending')}
    </p>
  );
}

/** A new code for a number that wants one is what linking again is; the word for it is shorter. */
function NextStep({ account, step }: { readonly account: Stored<Account>; readonly step: Step }) {
  const { t } = useTranslation();
  const { ask, busy } = useAccountActions(account.id);
  if (step === 'none' || step === 'wait' || step === 'scan') return null;
  const label = account.status === 'needs_qr' && step === 'relink' ? 'newQr' : step;
  return (
    <div className={styles['steps']}>
      <Button kind="primary" isBusy={busy === step} disabled={busy !== null} onClick={() => void ask(step)}>
        {t(`accounts.action.${label}`)}
      </Button>
      {step === 'relink' && account.status !== 'deleted' ? (
        <Button isBusy={busy === 'pairing_code'} disabled={busy !== null} onClick={() => void ask('pairing_code')}>
          {t('accounts.action.pairing_code')}
        </Button>
      ) : null}
    </div>
  );
}
