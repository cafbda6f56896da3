/** Where staff write: a draft that is kept, quick replies, emoji, sending now or later, answering and editing. */
import { MAX_TEXT_LENGTH } from '@switchboard/contract/payload';
import { Clock, SendHorizontal, Smile, Check } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { useShortcut } from '../../../lib/use-shortcut.ts';
import { IconButton } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Popover } from '../../../ui/popover.tsx';
import type { ShownMessage } from '../timeline/shown-message.ts';
import { About } from './about.tsx';
import styles from './composer.module.css';
import { Field } from './field.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { insertedAt, useAutosize } from './text-field.ts';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx').then((file) => ({ default: file.EmojiPicker })));

export interface ComposerProps {
  readonly name: string;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  /** What is answered or edited; `null` for a message of its own. */
  readonly about: { readonly kind: 'reply' | 'edit'; readonly message: ShownMessage } | null;
  readonly onAbout: (about: null) => void;
  readonly onSend: (text: string, sendAt: Date | null) => void;
}

export function Composer({ name, draft, onDraft, about, onAbout, onSend }: ComposerProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const isTooLong = draft.length > MAX_TEXT_LENGTH;
  const canSend = draft.trim() !== '' && !isTooLong;
  const leaveAbout = () => {
    onAbout(null);
  };
  const send = (sendAt: Date | null) => {
    if (canSend) onSend(draft.trim(), sendAt);
    field.current?.focus();
  };
  useAutosize(field, draft);
  useShortcut('reply', () => field.current?.focus());
  useEffect(() => {
    if (about) field.current?.focus();
  }, [about]);
  return (
    <div className={styles['composer']}>
      {about ? <About about={about} name={name} onStop={leaveAbout} /> : null}
      {isTooLong ? (
        <p className={styles['tooLong']} role="alert">
          {t('threads.composer.tooLong', { count: draft.length, max: MAX_TEXT_LENGTH })}
        </p>
      ) : null}
      <div className={styles['row']}>
        <EmojiButton
          onPick={(emoji) => {
            onDraft(insertedAt(field.current, draft, emoji));
          }}
        />
        <Field
          field={field}
          name={name}
          draft={draft}
          onDraft={onDraft}
          onEnter={() => {
            send(null);
          }}
          onEscape={about ? leaveAbout : null}
        />
        <SendButtons isEditing={about?.kind === 'edit'} canSend={canSend} onSend={send} />
      </div>
    </div>
  );
}

interface SendButtonsProps {
  readonly isEditing: boolean;
  readonly canSend: boolean;
  readonly onSend: (sendAt: Date | null) => void;
}

function SendButtons({ isEditing, canSend, onSend }: SendButtonsProps) {
  const { t } = useTranslation();
  const [isScheduling, setIsScheduling] = useState(false);
  return (
    <>
      {isEditing ? null : (
        <IconButton
          label={t('threads.composer.schedule')}
          icon={<Clock size={18} />}
          disabled={!canSend}
          onClick={() => {
            setIsScheduling(true);
          }}
        />
      )}
      <IconButton
        className={cx(styles['send'])}
        label={isEditing ? t('threads.composer.save') : t('threads.composer.send')}
        shortcut="Enter"
        icon={isEditing ? <Check size={18} /> : <SendHorizontal size={18} />}
        disabled={!canSend}
        onClick={() => {
          onSend(null);
        }}
      />
      <ScheduleDialog
        isOpen={isScheduling}
        onClose={() => {
          setIsScheduling(false);
        }}
        onChoose={(at) => {
          setIsScheduling(false);
          onSend(at);
        }}
      />
    </>
  );
}

function EmojiButton({ onPick }: { readonly onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover
      label={t('threads.composer.emoji')}
      side="top"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <button type="button" className={styles['emoji']} aria-label={t('threads.composer.emoji')}>
          <Smile size={19} />
        </button>
      }
    >
      <Suspense>
        <EmojiPicker
          onPick={(emoji) => {
            setIsOpen(false);
            onPick(emoji);
          }}
        />
      </Suspense>
    </Popover>
  );
}
