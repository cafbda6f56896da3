/**
 * Short words about what just happened, at the edge of the screen. The library that shows them comes with the first ones:
 * most people read none before they have long been at work.
 */
import { lazy, Suspense, useSyncExternalStore } from 'react';

const Shown = lazy(() => import('./toast-list.tsx').then((file) => ({ default: file.ToastList })));

let isNeeded = false;
const waiting = new Set<() => void>();

function watchNeed(onChange: () => void): () => void {
  waiting.add(onChange);
  return () => {
    waiting.delete(onChange);
  };
}

/** Once per page, beside everything else. */
export function Toaster() {
  const isShown = useSyncExternalStore(watchNeed, () => isNeeded);
  return <Suspense>{isShown ? <Shown /> : null}</Suspense>;
}

async function library() {
  isNeeded = true;
  for (const tell of waiting) tell();
  const { toast } = await import('sonner');
  return toast;
}

export function say(words: string): void {
  void library().then((toast) => toast(words));
}

/** Something did not work. Stays long enough to be read. */
export function sayFailed(words: string, reason?: string): void {
  const more = { duration: 8_000, ...(reason === undefined ? {} : { description: reason }) };
  void library().then((toast) => toast.error(words, more));
}

/** Says what was done and offers to take it back. */
export function sayUndoable(words: string, undo: string, onUndo: () => void): void {
  void library().then((toast) => toast(words, { duration: 7_000, action: { label: undo, onClick: onUndo } }));
}
