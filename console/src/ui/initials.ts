/** Pure: which letters and which colour stand for somebody. */

/** How many colours ui/avatar.module.css has. */
export const HUES = 10;

/** Up to two letters of a name; of a phone number its last two digits, which differ more than the first. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word));
  const letters = words.map((word) => /\p{L}/u.exec(word)?.[0] ?? '');
  if (letters.length === 0) return name.replace(/\D/g, '').slice(-2) || '?';
  const [first = ''] = letters;
  const last = letters.length > 1 ? (letters.at(-1) ?? '') : '';
  return `${first}${last}`.toLocaleUpperCase();
}

/** The same for the same seed, everywhere and always. */
export function hueOf(seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES;
}
