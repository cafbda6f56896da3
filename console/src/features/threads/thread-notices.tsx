/** Between the messages and the field: what somebody must know before they write. */
import type { Account } from '@switchboard/contract/account';
import type { Thread } from '@switchboard/contract/thread';
import { Ban, PauseCircle, PencilLine, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { currentLocale } from '../../lib/i18n/language.ts';
import { cx } from '../../ui/cx.ts';
import { useColleaguesTyping } from './composer/use-typing.ts';
import { useSurroundings } from './surroundings.tsx';
import styles from './thread-notices.module.css';

export function ThreadNotices({ thread }: { readonly thread: Stored<Thread> }) {
  const { accountOf } = useSurroundings();
  const account = accountOf(thread.accountId);
  return (
    <div role="status">
      {account ? <AccountNotice account={account} /> : null}
      {thread.optedOutAt ? <OptedOut /> : null}
      <TypingNotice threadId={thread.id} />
    </div>
  );
}

function Notice({
  icon,
  tone,
  children,
}: {
  readonly icon: ReactNode;
  readonly tone: 'warn' | 'info';
  readonly children: ReactNode;
}) {
  return (
    <p className={cx(styles['notice'], styles[tone])}>
      <span aria-hidden="true">{icon}</span>
      {children}
    </p>
  );
}

function OptedOut() {
  const { t } = useTranslation();
  return (
    <Notice tone="warn" icon={<Ban size={15} />}>
      {t('threads.thread.optedOut')}
    </Notice>
  );
}

function AccountNotice({ account }: { readonly account: Stored<Account> }) {
  const { t } = useTranslation();
  const { name, status, hold } = account;
  if (status !== 'connected') {
    return (
      <Notice tone="warn" icon={<Unplug size={15} />}>
        {t('threads.thread.notConnected', { name })}
      </Notice>
    );
  }
  if (!hold) return null;
  return (
    <Notice tone="warn" icon={<PauseCircle size={15} />}>
      {t('threads.thread.held', { name, reason: refusalWords(t, hold.error) })}
    </Notice>
  );
}

function TypingNotice({ threadId }: { readonly threadId: string }) {
  const { t } = useTranslation();
  const names = useColleaguesTyping(threadId);
  const [name] = names;
  if (name === undefined) return null;
  const list = new Intl.ListFormat(currentLocale()).format(names);
  return (
    <Notice tone="info" icon={<PencilLine size={15} />}>
      {names.length === 1
        ? t('threads.thread.colleagueTyping', { name })
        : t('threads.thread.colleaguesTyping', { names: list })}
    </Notice>
  );
}
