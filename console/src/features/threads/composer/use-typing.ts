/** Tells colleagues that one is writing here, and knows which of them are. */
import { TYPING_LASTS_MS } from '@switchboard/contract/thread';
import { useEffect, useRef } from 'react';
import { tellStopped, tellTyping, useTypists } from '../../../lib/firestore/typing.ts';
import { useSession } from '../../../lib/session.tsx';
import { useNow } from '../../../lib/use-now.ts';

/** Told again this often while it goes on: a good while before colleagues stop believing it, ms. */
const AGAIN_MS = TYPING_LASTS_MS * 0.6;

/** @returns what to call with each key: it tells at most every few seconds, and takes it back when the text is sent or emptied. */
export function useTelling(threadId: string): (text: string) => void {
  const { db, person } = useSession();
  const toldAt = useRef<number | null>(null);
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => {
    stop.current = () => {
      if (toldAt.current === null) return;
      toldAt.current = null;
      tellStopped(db, threadId, person.uid);
    };
    return () => {
      stop.current();
    };
  }, [db, threadId, person.uid]);
  return (text) => {
    if (text.trim() === '') {
      stop.current();
      return;
    }
    const now = Date.now();
    if (toldAt.current !== null && now - toldAt.current < AGAIN_MS) return;
    toldAt.current = now;
    tellTyping(db, threadId, person.uid, person.name);
  };
}

/** The names of the colleagues who are writing to this customer at the moment. */
export function useColleaguesTyping(threadId: string): readonly string[] {
  const { person } = useSession();
  const now = useNow(2_000);
  return useTypists(threadId)
    .filter(({ id, at }) => id !== person.uid && now - at.toMillis() < TYPING_LASTS_MS)
    .map(({ name }) => name);
}
