/** Drafts as React sees them: the list shows them as they are written. */
import { useSyncExternalStore } from 'react';
import { keepDraft, readDraft } from './drafts.ts';

const listeners = new Set<() => void>();

function watch(onChange: () => void): () => void {
  listeners.add(onChange);
  return () => {
    listeners.delete(onChange);
  };
}

export function storedDraft(threadId: string): string {
  return readDraft(localStorage, threadId);
}

export function storeDraft(threadId: string, text: string): void {
  keepDraft(localStorage, threadId, text, Date.now());
  for (const tell of listeners) tell();
}

export function useDraft(threadId: string): string {
  return useSyncExternalStore(watch, () => storedDraft(threadId));
}
