/** The threads this person sees, and the few things a client changes of one. */
import { paths } from '@switchboard/contract/paths';
import { microsOf } from '@switchboard/contract/timestamp';
import { threadSchema, type Thread } from '@switchboard/contract/thread';
import { doc, updateDoc, type Firestore } from 'firebase/firestore';
import { teamsOf, useSession } from '../session.tsx';
import { followDocument, followQuery, together, useLive, type Live, type Stored } from './live.ts';
import { threadsQuery, type ThreadsWanted } from './queries.ts';

/** The newest `count` threads that are wanted. While only `count` grows, what is there stays in sight. */
export function useThreads(wanted: ThreadsWanted, count: number): Live<readonly Stored<Thread>[]> {
  const { db, claims } = useSession();
  const teams = teamsOf(claims) ?? [null];
  const parts = teams.map((team) => followQuery(threadsQuery(db, team, wanted, count), threadSchema));
  const scope = JSON.stringify(['threads', teams, wanted]);
  return useLive(
    `${scope}${String(count)}`,
    together(parts, (lists) => newestFirst(lists).slice(0, count)),
    scope,
  );
}

function newestFirst(lists: readonly (readonly Stored<Thread>[])[]): readonly Stored<Thread>[] {
  return lists.flat().sort((a, b) => microsOf(b.lastMessageAt) - microsOf(a.lastMessageAt));
}

export function useThread(threadId: string | null): Live<Stored<Thread> | null> {
  const { db } = useSession();
  const open = followDocument(doc(db, paths.thread(threadId ?? 'none')), threadSchema);
  return useLive(threadId === null ? null : `thread:${threadId}`, open);
}

/** What firestore.rules lets a client change. */
export type ThreadChange = Partial<Pick<Thread, 'assignedTo' | 'tags' | 'archived'>> & { readonly unreadCount?: 0 };

/** Shown at once; resolves when the server has it. @throws when the rules refuse it: then it is taken back by itself. */
export function changeThread(db: Firestore, threadId: string, change: ThreadChange): Promise<void> {
  return updateDoc(doc(db, paths.thread(threadId)), { ...change });
}
