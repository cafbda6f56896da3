/** The way between the pages, and what belongs to oneself. */
import { NavLink, useMatch } from 'react-router';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { cx } from '../ui/cx.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { SHORTCUTS } from '../lib/shortcuts.ts';
import type { Page } from './pages.tsx';
import styles from './rail.module.css';
import { YouMenu } from './you-menu.tsx';

interface RailProps {
  readonly pages: readonly Page[];
  readonly onHelp: () => void;
}

export function Rail({ pages, onHelp }: RailProps) {
  const { t } = useTranslation();
  const isInThread = useMatch('/:page/:threadId') !== null;
  return (
    <nav className={cx(styles['rail'], isInThread && styles['inThread'])} aria-label={t('shell.nav')}>
      <img className={styles['mark']} src="/icon.svg" alt="" width={30} height={30} />
      <ul className={styles['pages']}>
        {pages.map(({ id, paths, icon: Icon, shortcut }) => (
          <li key={id}>
            <Tooltip label={t(`shell.${id}`)} shortcut={SHORTCUTS[shortcut].replace(' ', '+')} side="right">
              <NavLink className={cx(styles['link'])} to={paths[0] ?? '/'}>
                <Icon size={20} strokeWidth={1.9} aria-hidden="true" />
                <span className={styles['label']}>{t(`shell.${id}`)}</span>
              </NavLink>
            </Tooltip>
          </li>
        ))}
      </ul>
      <YouMenu onHelp={onHelp} />
    </nav>
  );
}
