/** What belongs to the person: appearance, language, notifications, signing out. */
import { Bell, Globe, Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { chooseLanguage, currentLanguage, LANGUAGES, type Language } from '../lib/i18n/language.ts';
import { setNotifying, useNotifying } from '../lib/notifications.ts';
import { useSession } from '../lib/session.tsx';
import { chooseTheme, THEMES, useTheme } from '../lib/theme.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Menu, type MenuEntry } from '../ui/menu.tsx';
import { useSignOut } from '../ui/sign-out.tsx';
import { say } from '../ui/toast.tsx';
import styles from './rail.module.css';

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const THEME_WORDS = { system: 'shell.themeSystem', light: 'shell.themeLight', dark: 'shell.themeDark' } as const;
const ROLE_WORDS = { admin: 'shell.roleAdmin', manager: 'shell.roleManager', agent: 'shell.roleAgent' } as const;

export function YouMenu({ onHelp }: { readonly onHelp: () => void }) {
  const { t } = useTranslation();
  const { person, claims } = useSession();
  const { leave, question } = useSignOut();
  const entries = useEntries(onHelp, () => void leave());
  return (
    <>
      <Menu
        label={`${person.name} · ${t(ROLE_WORDS[claims.role])}`}
        side="right"
        trigger={
          <button type="button" className={styles['you']} aria-label={t('shell.you')}>
            <Avatar name={person.name} seed={person.uid} size="m" />
          </button>
        }
        entries={entries}
      />
      {question}
    </>
  );
}

function useEntries(onHelp: () => void, onLeave: () => void): readonly MenuEntry[] {
  const { t } = useTranslation();
  const theme = useTheme();
  const isBelling = useNotifying();
  const toggleBell = async () => {
    const answer = await setNotifying(!isBelling);
    if (answer === 'denied') say(t('shell.notificationsDenied'));
  };
  const themes = THEMES.map((one): MenuEntry => {
    const Icon = THEME_ICONS[one];
    return {
      id: one,
      label: t(THEME_WORDS[one]),
      icon: <Icon size={16} />,
      isChecked: one === theme,
      startsGroup: one === 'system',
      onChoose: () => {
        chooseTheme(one);
      },
    };
  });
  const languages = (Object.keys(LANGUAGES) as Language[]).map((one): MenuEntry => ({
    id: one,
    label: LANGUAGES[one],
    icon: <Globe size={16} />,
    isChecked: one === currentLanguage(),
    startsGroup: one === 'en',
    onChoose: () => void chooseLanguage(one),
  }));
  return [
    {
      id: 'bell',
      label: t('shell.notifications'),
      icon: <Bell size={16} />,
      isChecked: isBelling,
      onChoose: () => void toggleBell(),
    },
    { id: 'help', label: t('shell.shortcuts'), icon: <Keyboard size={16} />, shortcut: '?', onChoose: onHelp },
    ...themes,
    ...languages,
    { id: 'leave', label: t('shell.signOut'), icon: <LogOut size={16} />, startsGroup: true, onChoose: onLeave },
  ];
}
