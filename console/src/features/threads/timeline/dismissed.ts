/** Refused messages that somebody has put out of sight, in this browser. The storage is passed in. */

const KEY = 'switchboard.dismissed';
/** Entries are kept by the server for a month; nobody is refused more often than this in one. */
const MAX = 100;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

function read(storage: Storage): ReadonlySet<string> {
  return new Set((storage.getItem(KEY) ?? '').split(' ').filter((id) => id !== ''));
}

function add(storage: Storage, id: string): ReadonlySet<string> {
  const ids = [...read(storage), id].slice(-MAX);
  storage.setItem(KEY, ids.join(' '));
  return new Set(ids);
}

export const dismissedEntries = { read, add };
