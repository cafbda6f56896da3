/** One message: what it answers, what it says, how far it has come, and what can be done about it. */
import { memo, useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { longMoment, timeOf } from '../../../lib/moments.ts';
import { cx } from '../../../ui/cx.ts';
import { ContentView } from '../kinds/content-view.tsx';
import { useSurroundings } from '../surroundings.tsx';
import { Ticks } from '../ticks.tsx';
import { BubbleTrouble } from './bubble-trouble.tsx';
import { MessageMenu } from './message-menu.tsx';
import styles from './bubble.module.css';
import { QuotedPart } from './quoted-part.tsx';
import type { ShownMessage } from './shown-message.ts';
import type { TimelineRow } from './timeline-rows.ts';

/** What the thread does for its bubbles. */
export interface BubbleActions {
  readonly reply: (message: ShownMessage) => void;
  readonly react: (message: ShownMessage, emoji: string | null) => void;
  readonly edit: (message: ShownMessage) => void;
  readonly remove: (message: ShownMessage) => void;
  readonly retry: (outboxId: string) => Promise<void>;
  readonly cancel: (outboxId: string) => Promise<void>;
  readonly dismiss: (outboxId: string) => void;
  readonly takeBack: (text: string) => void;
}

/** With what only the list of rows knows. */
export interface RowActions extends BubbleActions {
  readonly jump: (id: string) => void;
  /** What the customer is called; `null` in a group, where there are several. */
  readonly customer: string | null;
}

interface BubbleProps {
  readonly row: Extract<TimelineRow, { kind: 'message' }>;
  readonly isGroup: boolean;
  readonly isLit: boolean;
  readonly actions: RowActions;
}

export const Bubble = memo(function Bubble({ row, isGroup, isLit, actions }: BubbleProps) {
  const { message, startsGroup, endsGroup } = row;
  const isOurs = message.direction === 'outbound';
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const openMenu = (event: { preventDefault: () => void }) => {
    if (globalThis.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    setIsMenuOpen(true);
  };
  return (
    <article
      className={cx(styles['row'], isOurs && styles['ours'], startsGroup && styles['starts'])}
      data-message={message.id}
    >
      <div className={cx(styles['column'])}>
        {startsGroup ? <Author message={message} isGroup={isGroup} /> : null}
        <div className={styles['line']}>
          <div
            className={cx(
              styles['bubble'],
              endsGroup && styles['tail'],
              isLit && styles['lit'],
              message.change?.error === null && styles['pending'],
            )}
            onContextMenu={openMenu}
          >
            <Inside message={message} actions={actions} />
          </div>
          <MessageMenu message={message} actions={actions} isOpen={isMenuOpen} onOpenChange={setIsMenuOpen} />
        </div>
        <Reactions message={message} actions={actions} />
        <BubbleTrouble message={message} actions={actions} />
      </div>
    </article>
  );
});

/** In a group, who of the customers wrote; of ours, which colleague did. */
function Author({ message, isGroup }: { readonly message: ShownMessage; readonly isGroup: boolean }) {
  const { t } = useTranslation();
  const { nameOf } = useSurroundings();
  if (message.direction === 'outbound') {
    if (message.createdBy === null) return null;
    return <p className={styles['author']}>{nameOf(message.createdBy)}</p>;
  }
  if (!isGroup) return null;
  return (
    <p className={styles['author']} dir="auto">
      {message.senderName ?? message.senderJid ?? t('threads.message.customer')}
    </p>
  );
}

function Inside({ message, actions }: Pick<BubbleProps, 'actions'> & { readonly message: ShownMessage }) {
  const { t } = useTranslation();
  const isOurs = message.direction === 'outbound';
  if (message.isDeleted) {
    return (
      <>
        <p className={styles['deleted']}>{isOurs ? t('threads.message.deletedOurs') : t('threads.message.deleted')}</p>
        <Meta message={message} />
      </>
    );
  }
  return (
    <>
      <QuotedPart message={message} customer={actions.customer} onJump={actions.jump} />
      <ContentView message={message} />
      <Meta message={message} />
    </>
  );
}

function Meta({ message }: { readonly message: ShownMessage }) {
  const { t } = useTranslation();
  const at = message.at.toDate();
  const locale = currentLocale();
  return (
    <span className={styles['meta']}>
      {message.isEdited && !message.isDeleted ? <span>{t('threads.message.edited')}</span> : null}
      <time dateTime={at.toISOString()} title={longMoment(at, locale)}>
        {timeOf(at, locale)}
      </time>
      {message.direction === 'outbound' ? <Ticks status={message.status} /> : null}
    </span>
  );
}

function Reactions({ message, actions }: Pick<BubbleProps, 'actions'> & { readonly message: ShownMessage }) {
  const { t } = useTranslation();
  if (message.reactions.length === 0 || message.isDeleted) return null;
  return (
    <div className={styles['reactions']}>
      {message.reactions.map(({ emoji, count, isOurs }) => (
        <button
          key={emoji}
          type="button"
          className={cx(styles['reaction'], isOurs && styles['reactionOurs'])}
          aria-pressed={isOurs}
          aria-label={
            isOurs ? t('threads.message.removeReaction', { emoji }) : t('threads.message.reactWith', { emoji })
          }
          onClick={() => {
            actions.react(message, isOurs ? null : emoji);
          }}
        >
          {emoji}
          {count > 1 ? <span className={styles['reactionCount']}>{String(count)}</span> : null}
        </button>
      ))}
    </div>
  );
}
