/** Desktop notifications: off until somebody asks for them here, because browsers punish pages that ask unasked. */
import { useSyncExternalStore } from 'react';

const KEY = 'switchboard.notifications';
const watching = new Set<() => void>();

function watch(onChange: () => void): () => void {
  watching.add(onChange);
  return () => {
    watching.delete(onChange);
  };
}

function isGranted(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

export function isNotifying(): boolean {
  return isGranted() && localStorage.getItem(KEY) === 'on';
}

/** Whether they are on, wherever on the page they are switched. */
export function useNotifying(): boolean {
  return useSyncExternalStore(watch, isNotifying);
}

async function asked(isWanted: boolean): Promise<'on' | 'off' | 'denied'> {
  if (!isWanted) return 'off';
  if (!('Notification' in window)) return 'denied';
  const answer = await Notification.requestPermission();
  return answer === 'granted' ? 'on' : 'denied';
}

/** Call from a click: browsers show their question only then. */
export async function setNotifying(isWanted: boolean): Promise<'on' | 'off' | 'denied'> {
  localStorage.setItem(KEY, isWanted ? 'on' : 'off');
  const answer = await asked(isWanted);
  for (const tell of watching) tell();
  return answer;
}

interface Notice {
  /** Notices of the same tag replace each other. */
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly onOpen: () => void;
}

/** Shows nothing while the person looks at the page. */
export function notify({ tag, title, body, onOpen }: Notice): void {
  if (!isNotifying() || (document.visibilityState === 'visible' && document.hasFocus())) return;
  const notification = new Notification(title, { tag, body, icon: '/icon.svg' });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onOpen();
  };
}
