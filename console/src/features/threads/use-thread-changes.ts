/** Assigning, archiving, tagging: shown at once, taken back in sight where the rules refuse it. */
import type { Thread } from '@switchboard/contract/thread';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { changeThread, type ThreadChange } from '../../lib/firestore/threads.ts';
import { useSession } from '../../lib/session.tsx';
import { say, sayFailed, sayUndoable } from '../../ui/toast.tsx';

export interface ThreadChanges {
  readonly assign: (uid: string | null) => void;
  readonly toggleArchive: () => void;
  readonly setTags: (tags: readonly string[]) => void;
}

export function useThreadChanges(thread: Stored<Thread>): ThreadChanges {
  const { t } = useTranslation();
  const { db, person } = useSession();
  const change = (wanted: ThreadChange) => {
    changeThread(db, thread.id, wanted).catch(() => {
      sayFailed(t('threads.thread.changeRefused'));
    });
  };
  return {
    assign: (uid) => {
      change({ assignedTo: uid });
      if (uid === person.uid) say(t('threads.thread.assignedToYou'));
    },
    toggleArchive: () => {
      const archived = !thread.archived;
      change({ archived });
      if (!archived) return;
      sayUndoable(t('threads.thread.archivedSaid'), t('threads.thread.undo'), () => {
        change({ archived: false });
      });
    },
    setTags: (tags) => {
      change({ tags: [...tags] });
    },
  };
}
