/** What can be done about a message: the six quick reactions, answering, copying, and changing one's own. */
import { ChevronDown, Copy, Pencil, Reply, SmilePlus, Trash2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { cx } from '../../../ui/cx.ts';
import { say } from '../../../ui/toast.tsx';
import type { BubbleActions } from './bubble.tsx';
import { canDelete, canEdit } from './changeable.ts';
import styles from './message-menu.module.css';
import type { MessageMenuProps } from './message-menu.tsx';
import type { ShownMessage } from './shown-message.ts';

const EmojiPicker = lazy(() => import('../composer/emoji-picker.tsx').then((file) => ({ default: file.EmojiPicker })));

/** WhatsApp's own six. */
const QUICK = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

export function OpenedMessageMenu({ message, actions, isOpen, onOpenChange }: MessageMenuProps) {
  const { t } = useTranslation();
  const [isPicking, setIsPicking] = useState(false);
  const change = (open: boolean) => {
    setIsPicking(false);
    onOpenChange(open);
  };
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={change}>
      <DropdownMenu.Trigger className={styles['trigger']} aria-label={t('threads.message.actions')}>
        <ChevronDown size={16} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles['menu']}
          side="bottom"
          align="center"
          sideOffset={4}
          collisionPadding={8}
        >
          {isPicking ? (
            <Suspense>
              <EmojiPicker
                onPick={(emoji) => {
                  actions.react(message, emoji);
                  change(false);
                }}
              />
            </Suspense>
          ) : (
            <Entries
              message={message}
              actions={actions}
              onMoreEmoji={() => {
                setIsPicking(true);
              }}
            />
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface EntriesProps {
  readonly message: ShownMessage;
  readonly actions: BubbleActions;
  readonly onMoreEmoji: () => void;
}

function Entries({ message, actions, onMoreEmoji }: EntriesProps) {
  const { t } = useTranslation();
  const copy = async () => {
    await navigator.clipboard.writeText(message.body);
    say(t('threads.message.copied'));
  };
  return (
    <>
      {message.isSent ? <QuickReactions message={message} actions={actions} onMoreEmoji={onMoreEmoji} /> : null}
      {message.isSent ? (
        <Entry
          icon={<Reply size={16} />}
          words={t('threads.message.reply')}
          onChoose={() => {
            actions.reply(message);
          }}
        />
      ) : null}
      {message.body === '' ? null : (
        <Entry icon={<Copy size={16} />} words={t('threads.message.copy')} onChoose={() => void copy()} />
      )}
      {canEdit(message, Date.now()) ? (
        <Entry
          icon={<Pencil size={16} />}
          words={t('threads.message.edit')}
          onChoose={() => {
            actions.edit(message);
          }}
        />
      ) : null}
      {canDelete(message, Date.now()) ? (
        <Entry
          isDangerous
          icon={<Trash2 size={16} />}
          words={t('threads.message.delete')}
          onChoose={() => {
            actions.remove(message);
          }}
        />
      ) : null}
    </>
  );
}

function QuickReactions({ message, actions, onMoreEmoji }: EntriesProps) {
  const { t } = useTranslation();
  return (
    <DropdownMenu.Group className={styles['quick']} aria-label={t('threads.message.react')}>
      {QUICK.map((emoji) => (
        <DropdownMenu.Item
          key={emoji}
          className={cx(styles['emoji'], message.ourReaction === emoji && styles['chosen'])}
          aria-label={t('threads.message.reactWith', { emoji })}
          onSelect={() => {
            actions.react(message, message.ourReaction === emoji ? null : emoji);
          }}
        >
          {emoji}
        </DropdownMenu.Item>
      ))}
      <DropdownMenu.Item
        className={styles['emoji']}
        aria-label={t('threads.message.moreEmoji')}
        onSelect={(event) => {
          event.preventDefault();
          onMoreEmoji();
        }}
      >
        <SmilePlus size={18} />
      </DropdownMenu.Item>
    </DropdownMenu.Group>
  );
}

interface EntryProps {
  readonly icon: React.ReactNode;
  readonly words: string;
  readonly isDangerous?: boolean;
  readonly onChoose: () => void;
}

function Entry({ icon, words, isDangerous = false, onChoose }: EntryProps) {
  return (
    <DropdownMenu.Item className={cx(styles['entry'], isDangerous && styles['danger'])} onSelect={onChoose}>
      <span className={styles['icon']}>{icon}</span>
      {words}
    </DropdownMenu.Item>
  );
}
