/** The frame around every page: the rail, the banner while offline, the sheet of shortcuts. */
import { useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { useLocation } from 'wouter';
import { useFreshClaims } from '../lib/firestore/use-fresh-claims.ts';
import { useSession } from '../lib/session.tsx';
import { useShortcut } from '../lib/use-shortcut.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { pagesOf, type Page } from './pages.tsx';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';

export function Shell({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const main = useRef<HTMLElement>(null);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const pages = pagesOf(claims.role);
  useFreshClaims();
  useShortcut('help', () => {
    setIsHelpOpen(true);
  });
  // Not by the address: what stands after its # is a message to go to.
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <div className={styles['shell']}>
      <a className={styles['skip']} href="#content" onClick={skip}>
        {t('shell.skip')}
      </a>
      <Rail
        pages={pages}
        onHelp={() => {
          setIsHelpOpen(true);
        }}
      />
      {pages.map((page) => (
        <PageShortcut key={page.id} page={page} />
      ))}
      <main ref={main} className={styles['main']} id="content" tabIndex={-1}>
        <OfflineBanner />
        <div className={styles['page']}>{children}</div>
      </main>
      <ShortcutsSheet
        isOpen={isHelpOpen}
        pages={pages}
        onClose={() => {
          setIsHelpOpen(false);
        }}
      />
    </div>
  );
}

function PageShortcut({ page }: { readonly page: Page }) {
  const [, navigate] = useLocation();
  useShortcut(page.shortcut, () => {
    navigate(page.path);
  });
  return null;
}
