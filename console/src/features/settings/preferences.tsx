import { Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { chooseLanguage, currentLanguage, LANGUAGES, type Language } from '../../lib/i18n/language.ts';
import { setNotifying, useNotifying } from '../../lib/notifications.ts';
import { teamsOf, useSession } from '../../lib/session.tsx';
import { chooseTheme, THEMES, useTheme } from '../../lib/theme.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/check-field.tsx';
import { Card } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { useSignOut } from '../../ui/sign-out.tsx';
import { say } from '../../ui/toast.tsx';
import { ROLE_WORDS } from './role-words.ts';
import styles from './settings.module.css';

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const THEME_WORDS = { system: 'shell.themeSystem', light: 'shell.themeLight', dark: 'shell.themeDark' } as const;

export function Preferences() {
  return (
    <div className={styles['stack']}>
      <You />
      <Appearance />
      <Notifications />
    </div>
  );
}

function You() {
  const { t } = useTranslation();
  const { person, claims } = useSession();
  const teams = teamsOf(claims);
  const { leave, question } = useSignOut();
  const teamWords = teams === null ? t('settings.preferences.allTeams') : teams.join(', ');
  return (
    <Card title={t('settings.preferences.you')}>
      <div className={styles['you']}>
        <Avatar name={person.name} seed={person.uid} size="l" />
        <div className={styles['youWords']}>
          <p className={styles['youName']} dir="auto">
            {person.name}
          </p>
          <p className={styles['quiet']}>
            {person.email ?? person.uid} · {t(ROLE_WORDS[claims.role])} ·{' '}
            {teamWords === '' ? t('settings.preferences.noTeams') : teamWords}
          </p>
        </div>
        <Button onClick={() => void leave()}>{t('shell.signOut')}</Button>
      </div>
      <p className={styles['hint']}>{t('settings.preferences.signOutText')}</p>
      {question}
    </Card>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <Card title={t('settings.preferences.appearance')} text={t('settings.preferences.appearanceText')}>
      <div className={styles['rows']}>
        <Segments
          label={t('shell.theme')}
          value={theme}
          onChange={chooseTheme}
          segments={THEMES.map((value) => {
            const Icon = THEME_ICONS[value];
            return { value, label: t(THEME_WORDS[value]), icon: <Icon size={15} aria-hidden="true" /> };
          })}
        />
        <Segments
          label={t('settings.preferences.language')}
          value={currentLanguage()}
          onChange={(language) => void chooseLanguage(language)}
          segments={(Object.keys(LANGUAGES) as Language[]).map((value) => ({ value, label: LANGUAGES[value] }))}
        />
      </div>
    </Card>
  );
}

function Notifications() {
  const { t } = useTranslation();
  const isOn = useNotifying();
  const toggle = async (isWanted: boolean) => {
    if ((await setNotifying(isWanted)) === 'denied') say(t('shell.notificationsDenied'));
  };
  return (
    <Card title={t('settings.preferences.notifications')}>
      <CheckField
        label={t('settings.preferences.notify')}
        hint={t('settings.preferences.notifyText')}
        isChecked={isOn}
        onChange={(isWanted) => void toggle(isWanted)}
      />
    </Card>
  );
}
