/** Listens for shortcuts. The newest listener of a shortcut is the one that is told: a dialog comes before the page under it. */
import { useEffect, useRef } from 'react';
import { CHORD_MS, countsWhileWriting, notationOf, shortcutOf, type Shortcut } from './shortcuts.ts';

type Handler = () => void;
const listeners: { readonly shortcut: Shortcut; readonly tell: Handler }[] = [];
let before: { readonly key: string; readonly atMs: number } | null = null;

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** While a dialog or a menu is open, the keys are its own. */
function isCovered(): boolean {
  return (
    document.querySelector(
      '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"][data-state="open"]',
    ) !== null
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isCovered()) return;
  const isFresh = before !== null && event.timeStamp - before.atMs < CHORD_MS;
  const shortcut = shortcutOf(event, isFresh ? (before?.key ?? null) : null);
  before = { key: notationOf(event), atMs: event.timeStamp };
  if (shortcut === null || (isWriting(event.target) && !countsWhileWriting(shortcut))) return;
  const listener = listeners.findLast((one) => one.shortcut === shortcut);
  if (!listener) return;
  event.preventDefault();
  before = null;
  listener.tell();
}

export function useShortcut(shortcut: Shortcut, handler: Handler, isOn = true): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    if (!isOn) return;
    const listener = {
      shortcut,
      tell: () => {
        latest.current();
      },
    };
    if (listeners.length === 0) window.addEventListener('keydown', onKeyDown);
    listeners.push(listener);
    return () => {
      listeners.splice(listeners.indexOf(listener), 1);
      if (listeners.length === 0) window.removeEventListener('keydown', onKeyDown);
    };
  }, [shortcut, isOn]);
}
