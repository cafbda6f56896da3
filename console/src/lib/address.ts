/** The parts of an address, encoded and decoded exactly once. Pure. */

/** What stands in an address, for people. What somebody mistyped (`%zz`) is taken as it stands. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The router runs `decodeURI` over each path and search, which decodes by halves: `%25` but not `%40`, after which nobody can tell
 * `%2540` from `%40`. Of what went through here, that restores every character as it stood.
 */
export function asItStands(part: string): string {
  return encodeURI(part);
}

/** @param search without its question mark, as `useSearch` has it. */
export function withSearch(path: string, search: string): string {
  return search === '' ? path : `${path}?${search}`;
}
