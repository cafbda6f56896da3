/** The code that links a number, live: a QR that changes by itself until it is scanned, or a pairing code. */
import type { Account } from '@switchboard/contract/account';
import { ShieldAlert } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { useLinking, type Linking } from '../../lib/firestore/operations.ts';
import { clockWords } from '../../lib/time-words.ts';
import { useNow } from '../../lib/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import styles from './linking.module.css';
import { pairingGroups, phoneWords } from './phone-words.ts';
import { useAccountActions } from './use-account-actions.tsx';

interface LinkingPanelProps {
  readonly account: Stored<Account>;
  /** Agents may not see the code: it is as good as the number itself. */
  readonly mayRead: boolean;
}

export function LinkingPanel({ account, mayRead }: LinkingPanelProps) {
  const { t } = useTranslation();
  const live = useLinking(mayRead ? account.id : null, account.status === 'qr_ready');
  if (!mayRead) return <p className={styles['hidden']}>{t('accounts.linking.hidden')}</p>;
  const linking = live.state === 'ready' ? live.value : null;
  const isByCode = account.linkMethod === 'pairing_code';
  return (
    <div className={styles['panel']}>
      {isByCode ? <PairingCode linking={linking} /> : <QrImage linking={linking} phone={account.phoneE164} />}
      <div className={styles['side']}>
        <h3 className={styles['sideTitle']}>{t('accounts.linking.steps', { phone: phoneWords(account.phoneE164) })}</h3>
        <ol className={styles['steps']}>
          <li>{t('accounts.linking.step1')}</li>
          <li>{t('accounts.linking.step2')}</li>
          <li>{t(isByCode ? 'accounts.linking.codeStep3' : 'accounts.linking.step3')}</li>
          {isByCode ? <li>{t('accounts.linking.codeStep4')}</li> : null}
        </ol>
        <SwitchMethod accountId={account.id} isByCode={isByCode} />
        <p className={styles['secret']}>
          <ShieldAlert size={14} aria-hidden="true" />
          {t('accounts.linking.secret')}
        </p>
      </div>
    </div>
  );
}

function SwitchMethod({ accountId, isByCode }: { readonly accountId: string; readonly isByCode: boolean }) {
  const { t } = useTranslation();
  const { ask, busy } = useAccountActions(accountId);
  return (
    <Button isBusy={busy !== null} onClick={() => void ask(isByCode ? 'relink' : 'pairing_code')}>
      {t(isByCode ? 'accounts.linking.useQr' : 'accounts.linking.usePairing')}
    </Button>
  );
}

function useSecondsLeft(linking: Linking | null): number {
  const now = useNow(500);
  return linking ? Math.max(0, Math.ceil((linking.expiresAt.toMillis() - now) / 1_000)) : 0;
}

function QrImage({ linking, phone }: { readonly linking: Linking | null; readonly phone: string }) {
  const { t } = useTranslation();
  const seconds = useSecondsLeft(linking);
  const source = linking?.qrDataUrl ?? null;
  const isOver = source !== null && seconds === 0;
  return (
    <div className={styles['code']}>
      <div className={styles['frame']} data-over={isOver || undefined}>
        {source === null ? (
          <Spinner />
        ) : (
          <img
            key={source}
            className={styles['qr']}
            src={source}
            alt={t('accounts.linking.qrAlt', { phone: phoneWords(phone) })}
            width={232}
            height={232}
          />
        )}
      </div>
      <p className={styles['countdown']} role="timer">
        {source === null ? t('accounts.linking.waiting') : null}
        {isOver ? t('accounts.linking.expired') : null}
        {source !== null && !isOver ? t('accounts.linking.expires', { count: seconds }) : null}
      </p>
      {linking ? (
        <p className={styles['attempt']}>{t('accounts.linking.attempt', { count: linking.attempt })}</p>
      ) : null}
    </div>
  );
}

function PairingCode({ linking }: { readonly linking: Linking | null }) {
  const { t } = useTranslation();
  const seconds = useSecondsLeft(linking);
  const code = linking?.pairingCode ?? null;
  if (code === null) {
    return (
      <div className={styles['code']}>
        <div className={styles['letters']} role="status">
          <Spinner />
          <span className={styles['countdown']}>{t('accounts.linking.waiting')}</span>
        </div>
      </div>
    );
  }
  const [first, second] = pairingGroups(code);
  return (
    <div className={styles['code']}>
      <div className={styles['letters']} dir="ltr">
        <output className={styles['pairing']} aria-label={Array.from(code).join(' ')}>
          <span>{first}</span>
          <span aria-hidden="true">–</span>
          <span>{second}</span>
        </output>
        <CopyButton
          text={code}
          label={t('accounts.linking.copy')}
          done={t('accounts.linking.copied')}
          failed={t('ui.failed')}
        />
      </div>
      <p className={styles['countdown']} role="timer">
        {seconds === 0
          ? t('accounts.linking.expired')
          : t('accounts.linking.codeExpires', { time: clockWords(seconds) })}
      </p>
    </div>
  );
}
