/** The same functions for as long as a thread is open, so that bubbles are not drawn again with each key that is pressed. */
import { useEffect, useMemo, useRef } from 'react';
import type { BubbleActions } from './timeline/bubble.tsx';

export function useStableActions(actions: BubbleActions): BubbleActions {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  return useMemo(
    () => ({
      reply: (message) => {
        latest.current.reply(message);
      },
      react: (message, emoji) => {
        latest.current.react(message, emoji);
      },
      edit: (message) => {
        latest.current.edit(message);
      },
      remove: (message) => {
        latest.current.remove(message);
      },
      retry: (outboxId) => latest.current.retry(outboxId),
      cancel: (outboxId) => latest.current.cancel(outboxId),
      dismiss: (outboxId) => {
        latest.current.dismiss(outboxId);
      },
      takeBack: (text) => {
        latest.current.takeBack(text);
      },
    }),
    [],
  );
}
