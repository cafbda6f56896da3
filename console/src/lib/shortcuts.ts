/** All keyboard shortcuts, and which of them a key press means. Pure: the listening is use-shortcut.ts's. */

export const SHORTCUTS = {
  help: '?',
  search: 'Mod+k',
  newThread: 'n',
  nextThread: 'Alt+ArrowDown',
  previousThread: 'Alt+ArrowUp',
  reply: 'r',
  archive: 'e',
  assignToMe: 'a',
  details: 'i',
  back: 'Escape',
  goChat: 'g c',
  goInbox: 'g i',
  goAccounts: 'g a',
  goDashboard: 'g d',
  goSettings: 'g s',
} as const;
export type Shortcut = keyof typeof SHORTCUTS;

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** How long the first key of two waits for the second, ms. */
export const CHORD_MS = 1_000;

/** One press in the notation of SHORTCUTS. Shift is part of the character where there is one: `?`, not `Shift+?`. */
export function notationOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  // Named keys have names of several letters; an emoji is no shortcut.
  const isCharacter = key.length === 1;
  const parts = [
    ctrlKey || metaKey ? 'Mod' : '',
    altKey ? 'Alt' : '',
    shiftKey && !isCharacter ? 'Shift' : '',
    isCharacter ? key.toLowerCase() : key,
  ];
  return parts.filter((part) => part !== '').join('+');
}

/** The shortcut a press completes, given the press before it if that is still fresh. */
export function shortcutOf(press: KeyPress, before: string | null): Shortcut | null {
  const pressed = notationOf(press);
  const names = Object.keys(SHORTCUTS) as Shortcut[];
  const chord = before === null ? undefined : names.find((name) => SHORTCUTS[name] === `${before} ${pressed}`);
  return chord ?? names.find((name) => SHORTCUTS[name] === pressed) ?? null;
}

/** Whether a shortcut also counts while somebody writes: only those no text contains. */
export function countsWhileWriting(shortcut: Shortcut): boolean {
  return /^(Mod|Alt)\+|^Escape$/.test(SHORTCUTS[shortcut]);
}
