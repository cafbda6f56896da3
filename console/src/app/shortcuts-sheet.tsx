import { useTranslation } from '../lib/i18n/use-translation.ts';
import { SHORTCUTS } from '../lib/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';
import type { Page } from './pages.tsx';
import styles from './shortcuts-sheet.module.css';

interface ShortcutsSheetProps {
  readonly isOpen: boolean;
  readonly pages: readonly Page[];
  readonly onClose: () => void;
}

const IN_THREADS = [
  'search',
  'newThread',
  'nextThread',
  'previousThread',
  'reply',
  'assignToMe',
  'archive',
  'details',
  'back',
] as const;

export function ShortcutsSheet({ isOpen, pages, onClose }: ShortcutsSheetProps) {
  const { t } = useTranslation();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('shell.shortcuts')} width="l">
      <div className={styles['groups']}>
        <dl className={styles['group']}>
          {IN_THREADS.map((shortcut) => (
            <Row key={shortcut} words={t(`threads.shortcuts.${shortcut}`)} keys={SHORTCUTS[shortcut]} />
          ))}
        </dl>
        <dl className={styles['group']}>
          {pages.map(({ id, shortcut }) => (
            <Row key={id} words={t(`shell.${id}`)} keys={SHORTCUTS[shortcut].replace(' ', '+')} />
          ))}
          <Row words={t('threads.shortcuts.send')} keys="Enter" />
          <Row words={t('threads.shortcuts.newLine')} keys="Shift+Enter" />
          <Row words={t('threads.shortcuts.quickReply')} keys="/" />
          <Row words={t('shell.shortcuts')} keys={SHORTCUTS.help} />
        </dl>
      </div>
    </Dialog>
  );
}

function Row({ words, keys }: { readonly words: string; readonly keys: string }) {
  return (
    <div className={styles['row']}>
      <dt>{words}</dt>
      <dd>
        <Kbd keys={keys} />
      </dd>
    </div>
  );
}
