/** The field itself: Enter sends, `/` offers quick replies, Escape leaves what is answered or edited. */
import { useId, useState, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { valueOr } from '../../../lib/firestore/live.ts';
import { useQuickReplies, type QuickReply } from '../../../lib/firestore/quick-replies.ts';
import { SHORTCUTS } from '../../../lib/shortcuts.ts';
import styles from './composer.module.css';
import { matchingReplies, replyQueryOf } from './matching-replies.ts';
import { QuickReplies } from './quick-replies.tsx';

interface FieldProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly name: string;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  readonly onEnter: () => void;
  /** `null` when there is nothing to leave. */
  readonly onEscape: (() => void) | null;
}

export function Field({ field, name, draft, onDraft, onEnter, onEscape }: FieldProps) {
  const { t } = useTranslation();
  const listId = useId();
  const offer = useOffer(draft, onDraft);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const isEnter = event.key === 'Enter' && !event.shiftKey;
    const act = offer.actOf(event.key) ?? (isEnter ? onEnter : event.key === 'Escape' ? onEscape : null);
    if (!act) return;
    event.preventDefault();
    act();
  };
  const combobox = offer.isOpen
    ? ({
        role: 'combobox',
        'aria-expanded': true,
        'aria-controls': listId,
        'aria-activedescendant': `${listId}-${String(offer.marked)}`,
      } as const)
    : {};
  return (
    <>
      {offer.isOpen ? (
        <QuickReplies id={listId} replies={offer.replies} marked={offer.marked} onPick={offer.pick} />
      ) : null}
      <textarea
        ref={field}
        className={styles['field']}
        rows={1}
        dir="auto"
        value={draft}
        aria-label={t('threads.composer.label', { name })}
        aria-keyshortcuts={SHORTCUTS.reply}
        placeholder={offer.hasAny ? t('threads.composer.placeholderHint') : t('threads.composer.placeholder')}
        {...combobox}
        onChange={({ target }) => {
          onDraft(target.value);
        }}
        onKeyDown={onKeyDown}
      />
    </>
  );
}

/** The quick replies a draft asks for, and what keys mean while they are offered. */
function useOffer(draft: string, onDraft: (text: string) => void) {
  const all = valueOr(useQuickReplies(), []);
  const [wanted, setWanted] = useState(0);
  const query = all.length === 0 ? null : replyQueryOf(draft);
  const replies = query === null ? [] : matchingReplies(all, query);
  const marked = Math.min(wanted, Math.max(0, replies.length - 1));
  const pick = (reply: QuickReply) => {
    setWanted(0);
    onDraft(reply.text);
  };
  const move = (by: number) => () => {
    setWanted((marked + by + replies.length) % replies.length);
  };
  const actOf = (key: string): (() => void) | null => {
    const reply = replies[marked];
    if (!reply) return null;
    const take = () => {
      pick(reply);
    };
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: move(1),
      ArrowUp: move(-1),
      Enter: take,
      Tab: take,
    };
    return acts[key] ?? null;
  };
  return { hasAny: all.length > 0, isOpen: query !== null, replies, marked, pick, actOf };
}
