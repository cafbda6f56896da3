/** One thread in the list: who, when, what was said last, and what is still to do about it. */
import type { Thread } from '@switchboard/contract/thread';
import { memo } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import { Link, useSearch } from 'wouter';
import { withSearch } from '../../../lib/address.ts';
import { useParam } from '../../../lib/address-router.tsx';
import { useMessage } from '../../../lib/firestore/messages.ts';
import type { Stored } from '../../../lib/firestore/live.ts';
import { currentLocale } from '../../../lib/i18n/language.ts';
import { longMoment, shortMoment } from '../../../lib/moments.ts';
import { useSession } from '../../../lib/session.tsx';
import { Avatar } from '../../../ui/avatar.tsx';
import { Badge, CountBadge } from '../../../ui/badge.tsx';
import { cx } from '../../../ui/cx.ts';
import { useDraft } from '../composer/use-draft.ts';
import { displayNameOf } from '../display-name.ts';
import { useSurroundings } from '../surroundings.tsx';
import { Ticks } from '../ticks.tsx';
import { unmarked } from '../kinds/text-parts.ts';
import styles from './thread-row.module.css';

interface ThreadRowProps {
  readonly thread: Stored<Thread>;
  /** `/chat` or `/inbox`. */
  readonly base: string;
  readonly now: number;
  /** Several numbers are in the list, so each row says which one it is of. */
  readonly showsAccount: boolean;
}

export const ThreadRow = memo(function ThreadRow({ thread, base, now, showsAccount }: ThreadRowProps) {
  const { t } = useTranslation();
  const search = useSearch();
  const isOpen = useParam('threadId') === thread.id;
  const locale = currentLocale();
  const name = displayNameOf(thread);
  const at = thread.lastMessageAt.toDate();
  const isUnread = thread.unreadCount > 0;
  return (
    <Link
      className={cx(styles['row'], isOpen && styles['active'], isUnread && styles['unread'])}
      to={withSearch(`${base}/${encodeURIComponent(thread.id)}`, search)}
      aria-current={isOpen ? 'page' : undefined}
      data-thread={thread.id}
    >
      <Avatar name={name} seed={thread.clientJid} />
      <span className={styles['text']}>
        <span className={styles['line']}>
          <span className={styles['name']}>
            <bdi>{name}</bdi>
          </span>
          <time className={styles['time']} dateTime={at.toISOString()} title={longMoment(at, locale)}>
            {shortMoment(at, new Date(now), locale, t('threads.list.yesterday'))}
          </time>
        </span>
        <span className={styles['line']}>
          <Preview thread={thread} isOpen={isOpen} />
          {isUnread ? (
            <CountBadge
              count={thread.unreadCount}
              label={t('threads.list.unreadCount', { count: thread.unreadCount })}
            />
          ) : null}
        </span>
        <Marks thread={thread} showsAccount={showsAccount} />
      </span>
    </Link>
  );
});

function Preview({ thread, isOpen }: { readonly thread: Stored<Thread>; readonly isOpen: boolean }) {
  const { t } = useTranslation();
  const isOurs = thread.lastMessageDirection === 'outbound';
  const last = useMessage(thread.id, isOurs ? (thread.lastMessageId ?? null) : null);
  const draft = useDraft(thread.id);
  // Of the open thread it is in the field, in front of everybody.
  if (draft !== '' && !isOpen) {
    return (
      <span className={styles['preview']}>
        <span className={styles['draft']} aria-hidden="true">
          ✎
        </span>
        <bdi className={styles['words']}>{draft}</bdi>
      </span>
    );
  }
  const isDeleted = thread.lastMessageText === '';
  return (
    <span className={styles['preview']}>
      {last ? <Ticks status={last.status} /> : null}
      <bdi className={cx(styles['words'], isDeleted && styles['deleted'])}>
        {isDeleted ? t('threads.list.deletedPreview') : unmarked(thread.lastMessageText)}
      </bdi>
    </span>
  );
}

function Marks({ thread, showsAccount }: Pick<ThreadRowProps, 'thread' | 'showsAccount'>) {
  const { t } = useTranslation();
  const { person } = useSession();
  const { accountOf, nameOf } = useSurroundings();
  const account = showsAccount ? accountOf(thread.accountId) : undefined;
  const { assignedTo, tags } = thread;
  if (!account && assignedTo === null && tags.length === 0) return null;
  return (
    <span className={styles['marks']}>
      {account ? <span className={styles['account']}>{account.name}</span> : null}
      {tags.slice(0, 2).map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {tags.length > 2 ? <Badge>+{String(tags.length - 2)}</Badge> : null}
      {assignedTo === null ? null : (
        <span className={styles['assignee']} title={t('threads.list.assignedTo', { name: nameOf(assignedTo) })}>
          <Avatar name={nameOf(assignedTo)} seed={assignedTo} size="s" />
          {assignedTo === person.uid ? t('threads.list.you') : nameOf(assignedTo)}
        </span>
      )}
    </span>
  );
}
