/** Above the messages: who it is, over which number, who takes care of it, and what can be done with the thread. */
import type { Thread } from '@switchboard/contract/thread';
import { Archive, ArchiveRestore, ArrowLeft, PanelRight, UserRound, Users } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Link, useSearch } from 'wouter';
import { withSearch } from '../../lib/address.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { useSession } from '../../lib/session.tsx';
import { SHORTCUTS } from '../../lib/shortcuts.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { displayNameOf, spacedPhone } from './display-name.ts';
import { useSurroundings } from './surroundings.tsx';
import styles from './thread-header.module.css';

interface ThreadHeaderProps {
  readonly thread: Stored<Thread>;
  readonly base: string;
  readonly isDetailed: boolean;
  readonly onDetails: () => void;
  readonly onAssign: (uid: string | null) => void;
  readonly onArchive: () => void;
}

export function ThreadHeader({ thread, base, isDetailed, onDetails, onAssign, onArchive }: ThreadHeaderProps) {
  const { t } = useTranslation();
  const search = useSearch();
  const name = displayNameOf(thread);
  return (
    <header className={styles['header']}>
      <Link className={styles['back']} to={withSearch(base, search)} aria-label={t('threads.thread.back')}>
        <ArrowLeft size={20} />
      </Link>
      <button type="button" className={styles['who']} onClick={onDetails} aria-expanded={isDetailed}>
        <Avatar name={name} seed={thread.clientJid} />
        <span className={styles['names']}>
          <span className={styles['name']}>
            <bdi>{name}</bdi>
          </span>
          <Subtitle thread={thread} />
        </span>
      </button>
      <div className={styles['actions']}>
        <AssignMenu thread={thread} onAssign={onAssign} />
        <IconButton
          label={thread.archived ? t('threads.thread.unarchive') : t('threads.thread.archive')}
          shortcut={SHORTCUTS.archive}
          icon={thread.archived ? <ArchiveRestore size={18} /> : <Archive size={18} />}
          onClick={onArchive}
        />
        <IconButton
          label={t('threads.thread.details')}
          shortcut={SHORTCUTS.details}
          icon={<PanelRight size={18} />}
          isOn={isDetailed}
          onClick={onDetails}
        />
      </div>
    </header>
  );
}

function Subtitle({ thread }: { readonly thread: Stored<Thread> }) {
  const { t } = useTranslation();
  const { accountOf } = useSurroundings();
  const { phoneE164, displayName, isGroup } = thread;
  const phone = phoneE164 !== null && displayName !== phoneE164 ? spacedPhone(phoneE164) : null;
  const account = accountOf(thread.accountId)?.name;
  const parts = [isGroup ? t('threads.thread.group') : null, phone, account ?? null];
  return <span className={styles['subtitle']}>{parts.filter((part) => part !== null).join(' · ')}</span>;
}

function AssignMenu({ thread, onAssign }: Pick<ThreadHeaderProps, 'thread' | 'onAssign'>) {
  const { t } = useTranslation();
  const { person } = useSession();
  const { users, nameOf } = useSurroundings();
  const { assignedTo, team } = thread;
  // Oneself first: that is who one mostly assigns to.
  const candidates = users
    .filter(
      ({ id, role, teams, disabled }) => !disabled && id !== person.uid && (role === 'admin' || teams.includes(team)),
    )
    .map(({ id }) => id);
  const entries: MenuEntry[] = [person.uid, ...candidates].map((uid) => ({
    id: uid,
    label: uid === person.uid ? t('threads.list.you') : nameOf(uid),
    icon: <Avatar name={nameOf(uid)} seed={uid} size="s" />,
    isChecked: uid === assignedTo,
    onChoose: () => {
      onAssign(uid);
    },
  }));
  const nobody: MenuEntry = {
    id: 'nobody',
    label: t('threads.thread.unassign'),
    icon: <Users size={16} />,
    isChecked: assignedTo === null,
    startsGroup: true,
    onChoose: () => {
      onAssign(null);
    },
  };
  const words =
    assignedTo === null
      ? t('threads.thread.assign')
      : assignedTo === person.uid
        ? t('threads.list.you')
        : nameOf(assignedTo);
  const label = assignedTo === null ? words : t('threads.list.assignedTo', { name: words });
  return (
    <Menu
      label={t('threads.details.assignee')}
      entries={[...entries, nobody]}
      trigger={
        <Button kind={assignedTo === null ? 'quiet' : 'plain'} className={cx(styles['assign'])} aria-label={label}>
          {assignedTo === null ? (
            <UserRound size={16} />
          ) : (
            <Avatar name={nameOf(assignedTo)} seed={assignedTo} size="s" />
          )}
          <span className={styles['assignee']}>{words}</span>
        </Button>
      }
    />
  );
}
