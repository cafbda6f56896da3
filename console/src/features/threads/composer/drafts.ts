/** What was begun and not sent, per thread, in this browser. The storage is passed in. */

const PREFIX = 'switchboard.draft.';
/** Drafts beyond these are forgotten, the longest untouched first. */
const MAX_DRAFTS = 200;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

interface Draft {
  readonly text: string;
  readonly atMs: number;
}

function parseDraft(stored: string | null): Draft | null {
  if (stored === null) return null;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== 'object' || value === null || !('text' in value) || !('atMs' in value)) return null;
    const { text, atMs } = value;
    return typeof text === 'string' && typeof atMs === 'number' ? { text, atMs } : null;
  } catch {
    return null;
  }
}

function keysIn(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, n) => storage.key(n)).filter(
    (key): key is string => key?.startsWith(PREFIX) ?? false,
  );
}

function forgetOldest(storage: Storage): void {
  const drafts = keysIn(storage).map((key) => ({ key, atMs: parseDraft(storage.getItem(key))?.atMs ?? 0 }));
  drafts.sort((a, b) => b.atMs - a.atMs);
  for (const { key } of drafts.slice(MAX_DRAFTS)) storage.removeItem(key);
}

export function readDraft(storage: Storage, threadId: string): string {
  return parseDraft(storage.getItem(PREFIX + threadId))?.text ?? '';
}

/** Keeps a draft; one without words is none. A full storage loses the draft, not the page. */
export function keepDraft(storage: Storage, threadId: string, text: string, nowMs: number): void {
  if (text.trim() === '') {
    storage.removeItem(PREFIX + threadId);
    return;
  }
  try {
    storage.setItem(PREFIX + threadId, JSON.stringify({ text, atMs: nowMs }));
    forgetOldest(storage);
  } catch {
    // Nothing to be done: the text is still in front of whoever wrote it.
  }
}
