/** The way between the pages, and what belongs to oneself. */
import { Link, useRoute } from 'wouter';
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
  const [isInThread] = useRoute('/:page/:threadId');
  return (
    <nav className={cx(styles['rail'], isInThread && styles['inThread'])} aria-label={t('shell.nav')}>
      <img className={styles['mark']} src="/icon.svg" alt="" width={30} height={30} />
      <ul className={styles['pages']}>
        {pages.map((page) => (
          <li key={page.id}>
            <PageLink page={page} />
          </li>
        ))}
      </ul>
      <YouMenu onHelp={onHelp} />
    </nav>
  );
}

function PageLink({ page: { id, path, icon: Icon, shortcut } }: { readonly page: Page }) {
  const { t } = useTranslation();
  const [isOpen] = useRoute(`${path}/*?`);
  return (
    <Tooltip label={t(`shell.${id}`)} shortcut={SHORTCUTS[shortcut].replace(' ', '+')} side="right">
      <Link className={cx(styles['link'])} to={path} aria-current={isOpen ? 'page' : undefined}>
        <Icon size={20} strokeWidth={1.9} aria-hidden="true" />
        <span className={styles['label']}>{t(`shell.${id}`)}</span>
      </Link>
    </Tooltip>
  );
}
