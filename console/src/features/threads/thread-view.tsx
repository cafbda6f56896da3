/** One open thread. It is mounted anew for each thread, so nothing of one customer can show up at another. */
import type { Thread } from '@switchboard/contract/thread';
import { MessageCircleOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useLocation, useSearch } from 'wouter';
import { withSearch } from '../../lib/address.ts';
import { useHash } from '../../lib/address-router.tsx';
import type { Stored } from '../../lib/firestore/live.ts';
import { useThread } from '../../lib/firestore/threads.ts';
import { useSession } from '../../lib/session.tsx';
import { useShortcut } from '../../lib/use-shortcut.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Composer, type ComposerProps } from './composer/composer.tsx';
import { storedDraft, storeDraft } from './composer/use-draft.ts';
import { useTelling } from './composer/use-typing.ts';
import { displayNameOf } from './display-name.ts';
import { ThreadHeader } from './thread-header.tsx';
import { ThreadNotices } from './thread-notices.tsx';
import styles from './thread-view.module.css';
import type { ShownMessage } from './timeline/shown-message.ts';
import { Timeline } from './timeline/timeline.tsx';
import { useTimeline } from './timeline/use-timeline.ts';
import { useMessageActions } from './use-message-actions.ts';
import { useReading } from './use-reading.ts';
import { useStableActions } from './use-stable-actions.ts';
import { useThreadChanges } from './use-thread-changes.ts';

const DetailsPanel = lazy(() => import('./details/details-panel.tsx').then((file) => ({ default: file.DetailsPanel })));

interface ThreadViewProps {
  readonly threadId: string;
  readonly base: string;
}

export function ThreadView({ threadId, base }: ThreadViewProps) {
  const { t } = useTranslation();
  const thread = useThread(threadId);
  // Somebody may open a link to a thread of another team, or to none: the rules refuse both alike.
  if (thread.state === 'failed' && thread.trouble === 'broken') return <ErrorState trouble="broken" />;
  if (thread.state === 'loading') return <HeaderSkeleton />;
  if (thread.state === 'failed' || thread.value === null) {
    return (
      <EmptyState icon={<MessageCircleOff size={22} />} title={t('threads.thread.unknown')}>
        {t('threads.thread.unknownText')}
      </EmptyState>
    );
  }
  return <OpenThread key={threadId} thread={thread.value} base={base} />;
}

function HeaderSkeleton() {
  return (
    <div className={styles['skeleton']}>
      <Skeleton width="40px" height="40px" isRound />
      <Skeleton width="160px" height="14px" />
    </div>
  );
}

const DETAILS_KEY = 'switchboard.details';

function useDetails(): readonly [isOpen: boolean, toggle: () => void] {
  const [isOpen, setIsOpen] = useState(() => localStorage.getItem(DETAILS_KEY) === 'open' && window.innerWidth > 1200);
  const toggle = () => {
    localStorage.setItem(DETAILS_KEY, isOpen ? 'closed' : 'open');
    setIsOpen(!isOpen);
  };
  return [isOpen, toggle];
}

interface OpenThreadProps {
  readonly thread: Stored<Thread>;
  readonly base: string;
}

function OpenThread({ thread, base }: OpenThreadProps) {
  const { person } = useSession();
  const [, navigate] = useLocation();
  const search = useSearch();
  const hash = useHash();
  const timeline = useTimeline(thread.id);
  const newSince = useReading(thread, timeline.messages);
  const changes = useThreadChanges(thread);
  const writing = useWriting(thread);
  const [isDetailed, toggleDetails] = useDetails();
  const [removing, setRemoving] = useState<ShownMessage | null>(null);
  const name = displayNameOf(thread);
  useShortcut('details', toggleDetails);
  useShortcut('archive', changes.toggleArchive);
  useShortcut('assignToMe', () => {
    changes.assign(person.uid);
  });
  useShortcut('back', () => {
    navigate(withSearch(base, search));
  });
  const actions = useStableActions({ ...writing.actions, remove: setRemoving, dismiss: timeline.dismiss });
  return (
    <div className={styles['view']}>
      <section className={styles['thread']} aria-label={name}>
        <ThreadHeader
          thread={thread}
          base={base}
          isDetailed={isDetailed}
          onDetails={toggleDetails}
          onAssign={changes.assign}
          onArchive={changes.toggleArchive}
        />
        <Timeline
          timeline={timeline}
          name={name}
          isGroup={thread.isGroup}
          newSince={newSince}
          actions={actions}
          goTo={hash}
        />
        <ThreadNotices thread={thread} />
        <Composer name={name} {...writing.composer} />
      </section>
      <Suspense>
        {isDetailed ? <DetailsPanel thread={thread} changes={changes} onClose={toggleDetails} /> : null}
      </Suspense>
      <RemoveDialog
        message={removing}
        onDone={() => {
          setRemoving(null);
        }}
        onRemove={writing.remove}
      />
    </div>
  );
}

interface RemoveDialogProps {
  readonly message: ShownMessage | null;
  readonly onRemove: (message: ShownMessage) => void;
  readonly onDone: () => void;
}

function RemoveDialog({ message, onRemove, onDone }: RemoveDialogProps) {
  const { t } = useTranslation();
  return (
    <Confirm
      isOpen={message !== null}
      title={t('threads.message.deleteTitle')}
      description={t('threads.message.deleteText')}
      confirm={t('threads.message.deleteConfirm')}
      onCancel={onDone}
      onConfirm={() => {
        if (message) onRemove(message);
        onDone();
      }}
    />
  );
}

/** The draft, what it is about, and what becomes of it. */
function useWriting(thread: Stored<Thread>) {
  const { send, retry, cancel } = useMessageActions(thread);
  const [draft, setDraft] = useState(() => storedDraft(thread.id));
  const [about, setAbout] = useState<ComposerProps['about']>(null);
  const tell = useTelling(thread.id);
  const write = (text: string) => {
    setDraft(text);
    tell(text);
    // What is being edited is no draft of a new message.
    if (about?.kind !== 'edit') storeDraft(thread.id, text);
  };
  const leaveAbout = () => {
    if (about?.kind === 'edit') setDraft(storedDraft(thread.id));
    setAbout(null);
  };
  const onSend = (text: string, sendAt: Date | null) => {
    if (about?.kind === 'edit') {
      if (text !== about.message.body) send({ kind: 'edit', targetId: about.message.id, text }, null);
      leaveAbout();
      return;
    }
    const quotedId = about?.message.id;
    const payload = { kind: 'text', text, ...(quotedId === undefined ? {} : { quotedId }) } as const;
    send(payload, sendAt, () => {
      write(text);
    });
    write('');
    setAbout(null);
  };
  return {
    composer: { draft, onDraft: write, about, onAbout: leaveAbout, onSend },
    remove: (message: ShownMessage) => {
      send({ kind: 'delete', targetId: message.id }, null);
    },
    actions: {
      retry,
      cancel,
      takeBack: write,
      reply: (message: ShownMessage) => {
        setAbout({ kind: 'reply', message });
      },
      edit: (message: ShownMessage) => {
        setAbout({ kind: 'edit', message });
        setDraft(message.body);
      },
      react: (message: ShownMessage, emoji: string | null) => {
        send({ kind: 'reaction', targetId: message.id, emoji }, null);
      },
    },
  };
}
