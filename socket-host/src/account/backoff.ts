/** How long to wait before the next try. Pure. */

const FIRST_MS = 1_000;
const LAST_MS = 30_000;

/**
 * @param attempt counts the failed tries, from 1.
 * @param random from [0, 1): spreads the accounts of a host, so that they do not all come back at once.
 * @returns ms: 1 s doubling up to 30 s, less up to half.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (1 - random / 2));
}
