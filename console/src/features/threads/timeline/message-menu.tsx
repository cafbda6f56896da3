/** The button beside a bubble. Its menu is loaded when somebody first opens one; a thread shows dozens of these. */
import { ChevronDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import type { BubbleActions } from './bubble.tsx';
import styles from './message-menu.module.css';
import type { ShownMessage } from './shown-message.ts';

const load = () => import('./opened-message-menu.tsx');
const OpenedMessageMenu = lazy(() => load().then((file) => ({ default: file.OpenedMessageMenu })));

export interface MessageMenuProps {
  readonly message: ShownMessage;
  readonly actions: BubbleActions;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

export function MessageMenu(props: MessageMenuProps) {
  const { t } = useTranslation();
  const { message, isOpen, onOpenChange } = props;
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  if (message.isDeleted) return null;
  const trigger = (
    <button
      type="button"
      className={styles['trigger']}
      aria-label={t('threads.message.actions')}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      onPointerEnter={() => void load()}
      onClick={() => {
        onOpenChange(true);
      }}
    >
      <ChevronDown size={16} />
    </button>
  );
  if (!wasOpen) return trigger;
  return (
    <Suspense fallback={trigger}>
      <OpenedMessageMenu {...props} />
    </Suspense>
  );
}
