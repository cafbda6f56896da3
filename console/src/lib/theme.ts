/** Light, dark, or what the system says. The choice is this browser's, not the person's: it is kept in localStorage. */
import { useSyncExternalStore } from 'react';

const KEY = 'switchboard.theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const watching = new Set<() => void>();

function watch(onChange: () => void): () => void {
  watching.add(onChange);
  return () => {
    watching.delete(onChange);
  };
}

export function readTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

/** The choice, wherever on the page it is changed. */
export function useTheme(): Theme {
  return useSyncExternalStore(watch, readTheme);
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
  for (const tell of watching) tell();
}
