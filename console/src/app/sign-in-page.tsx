/** Email and password, or Google where the deployment offers it. */
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import type { Auth, SignInAnswer, SignInFailure } from '../lib/auth/auth.ts';
import type { Settings } from '../lib/settings.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { say } from '../ui/toast.tsx';
import { Entrance } from './entrance.tsx';
import styles from './entrance.module.css';

interface SignInPageProps {
  readonly auth: Auth;
  readonly settings: Settings;
}

export function SignInPage({ auth, settings }: SignInPageProps) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const attempt = async (asked: Promise<SignInAnswer>) => {
    setIsBusy(true);
    const answer = await asked;
    setIsBusy(false);
    setFailure(answer.ok ? null : answer.failure);
  };
  return (
    <Entrance title={t('signIn.title')} text={t('signIn.text')}>
      <PasswordForm
        failure={failure}
        isBusy={isBusy}
        onSubmit={(email, password) => void attempt(auth.signIn(email, password))}
        onForgot={(email) => void forgot(email)}
      />
      {settings.hasGoogleSignIn ? (
        <>
          <div className={styles['or']}>{t('signIn.or')}</div>
          <Button isWide disabled={isBusy} onClick={() => void attempt(auth.signInWithGoogle())}>
            {t('signIn.google')}
          </Button>
        </>
      ) : null}
      <DemoSignIns
        signIns={settings.demoSignIns}
        onChoose={({ email, password }) => void attempt(auth.signIn(email, password))}
      />
    </Entrance>
  );

  async function forgot(email: string): Promise<void> {
    if (email === '') {
      say(t('signIn.emailFirst'));
      return;
    }
    const answer = await auth.sendPasswordReset(email);
    // Whether an address is known is nobody's business.
    if (answer.ok || answer.failure === 'wrong_password') say(t('signIn.resetSent'));
    else setFailure(answer.failure);
  }
}

interface PasswordFormProps {
  readonly failure: SignInFailure | null;
  readonly isBusy: boolean;
  readonly onSubmit: (email: string, password: string) => void;
  readonly onForgot: (email: string) => void;
}

function PasswordForm({ failure, isBusy, onSubmit, onForgot }: PasswordFormProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit(email.trim(), password);
  };
  return (
    <form className={styles['form']} onSubmit={submit}>
      <TextField
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={({ target }) => {
          setEmail(target.value);
        }}
      />
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={({ target }) => {
          setPassword(target.value);
        }}
      />
      {failure === null ? null : (
        <p className={styles['failure']} role="alert">
          {t(`signIn.${failure}`)}
        </p>
      )}
      <Button kind="primary" type="submit" isWide isBusy={isBusy}>
        {t('signIn.submit')}
      </Button>
      <button
        type="button"
        className={styles['link']}
        onClick={() => {
          onForgot(email.trim());
        }}
      >
        {t('signIn.forgot')}
      </button>
    </form>
  );
}

interface DemoSignInsProps {
  readonly signIns: Settings['demoSignIns'];
  readonly onChoose: (signIn: Settings['demoSignIns'][number]) => void;
}

function DemoSignIns({ signIns, onChoose }: DemoSignInsProps) {
  const { t } = useTranslation();
  if (signIns.length === 0) return null;
  return (
    <section className={styles['demo']} aria-labelledby="demo-title">
      <h2 className={styles['demoTitle']} id="demo-title">
        {t('signIn.demo')}
      </h2>
      <div className={styles['demoRow']}>
        {signIns.map((signIn) => (
          <Button
            key={signIn.email}
            onClick={() => {
              onChoose(signIn);
            }}
          >
            {signIn.email}
          </Button>
        ))}
      </div>
    </section>
  );
}
