/** Signed in, but nobody's colleague yet. The first admin of a deployment starts here. */
import { setUserRoleOutputSchema } from '@switchboard/contract/callables';
import { useState } from 'react';
import { refusalWords } from '../lib/i18n/refusal-words.ts';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import type { Auth, Person } from '../lib/auth/auth.ts';
import type { Backend } from '../lib/firebase/app.ts';
import { openCalls } from '../lib/firebase/functions.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { Entrance } from './entrance.tsx';
import styles from './entrance.module.css';

interface NoRolePageProps {
  readonly auth: Auth;
  readonly backend: Backend;
  readonly person: Person;
}

export function NoRolePage({ auth, backend, person }: NoRolePageProps) {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const check = async () => {
    setIsBusy(true);
    await auth.refreshClaims();
    setIsBusy(false);
  };
  const claimFirstAdmin = async () => {
    setIsBusy(true);
    const call = openCalls(backend);
    const answer = await call('setUserRole', { uid: person.uid, role: 'admin' }, setUserRoleOutputSchema);
    setRefusal(answer.ok ? null : refusalWords(t, answer.error));
    if (answer.ok) await auth.refreshClaims();
    setIsBusy(false);
  };
  const sendVerification = async () => {
    setIsBusy(true);
    const answer = await auth.sendVerification();
    setIsBusy(false);
    if (answer.ok) say(t('signIn.verifySent', { email: person.email ?? person.uid }));
    else setRefusal(t(`signIn.${answer.failure}`));
  };
  return (
    <Entrance title={t('signIn.noRoleTitle')} text={t('signIn.noRoleText', { email: person.email ?? person.uid })}>
      <div className={styles['stack']}>
        {refusal === null ? null : (
          <p className={styles['failure']} role="alert">
            {refusal}
          </p>
        )}
        <Button kind="primary" isBusy={isBusy} onClick={() => void check()}>
          {t('signIn.checkAgain')}
        </Button>
        <Button disabled={isBusy} onClick={() => void claimFirstAdmin()}>
          {t('signIn.firstAdmin')}
        </Button>
        <p className={styles['hint']}>{t('signIn.firstAdminText')}</p>
        {person.isEmailVerified ? null : (
          <>
            <p className={styles['hint']}>{t('signIn.unverified')}</p>
            <Button disabled={isBusy} onClick={() => void sendVerification()}>
              {t('signIn.verify')}
            </Button>
          </>
        )}
        <Button kind="quiet" onClick={() => void auth.signOut()}>
          {t('shell.signOut')}
        </Button>
      </div>
    </Entrance>
  );
}
