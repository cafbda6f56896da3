/** Beside a thread: who the customer is, who takes care of them, tags, and what colleagues noted. */
import type { Thread } from '@switchboard/contract/thread';
import { Copy, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import type { Stored } from '../../../lib/firestore/live.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { say } from '../../../ui/toast.tsx';
import { displayNameOf, spacedPhone } from '../display-name.ts';
import { useSurroundings } from '../surroundings.tsx';
import type { ThreadChanges } from '../use-thread-changes.ts';
import styles from './details-panel.module.css';
import { Notes } from './notes.tsx';
import { Tags } from './tags.tsx';

interface DetailsPanelProps {
  readonly thread: Stored<Thread>;
  readonly changes: ThreadChanges;
  readonly onClose: () => void;
}

export function DetailsPanel({ thread, changes, onClose }: DetailsPanelProps) {
  const { t } = useTranslation();
  const { accountOf, nameOf } = useSurroundings();
  const name = displayNameOf(thread);
  const { phoneE164, assignedTo } = thread;
  const account = accountOf(thread.accountId);
  return (
    <aside className={styles['panel']} aria-label={t('threads.details.label')}>
      <div className={styles['close']}>
        <IconButton label={t('threads.thread.closeDetails')} icon={<X size={16} />} onClick={onClose} />
      </div>
      <div className={styles['who']}>
        <Avatar name={name} seed={thread.clientJid} size="l" />
        <h2 className={styles['name']} dir="auto">
          {name}
        </h2>
      </div>
      <dl className={styles['facts']}>
        <Fact label={t('threads.details.phone')}>
          {phoneE164 === null ? t('threads.details.hiddenPhone') : <Phone phone={phoneE164} />}
        </Fact>
        <Fact label={t('threads.details.account')}>
          {account ? `${account.name} · ${spacedPhone(account.phoneE164)}` : '—'}
        </Fact>
        <Fact label={t('threads.details.assignee')}>
          {assignedTo === null ? t('threads.thread.unassign') : nameOf(assignedTo)}
        </Fact>
      </dl>
      <Tags tags={thread.tags} onChange={changes.setTags} />
      <Notes threadId={thread.id} />
    </aside>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Phone({ phone }: { readonly phone: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    await navigator.clipboard.writeText(phone);
    say(t('threads.message.copied'));
  };
  return (
    <span className={styles['phone']}>
      <bdi>{spacedPhone(phone)}</bdi>
      <IconButton
        size="s"
        label={t('threads.details.copyPhone')}
        icon={<Copy size={14} />}
        onClick={() => void copy()}
      />
    </span>
  );
}
