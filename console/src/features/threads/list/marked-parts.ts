/** The found words in a text, for marking, and the piece of a long text around the first of them. Pure. */

export interface MarkedPart {
  readonly text: string;
  readonly isFound: boolean;
}

const BEFORE = 30;
const LENGTH = 160;

/** Letter by letter without accents, so that places in it are places in the text. */
function plain(text: string): string {
  return Array.from(text, (letter) => {
    const bare = letter
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase();
    return bare.length === letter.length ? bare : letter.toLowerCase().slice(0, letter.length).padEnd(letter.length);
  }).join('');
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** The first place from `from` where a word begins with `wanted`; -1 for none. */
function placeOf(text: string, wanted: string, from: number): number {
  let at = text.indexOf(wanted, from);
  while (at >= 0 && !isWordStart(text, at)) at = text.indexOf(wanted, at + 1);
  return at;
}

export function markedParts(text: string, words: string): readonly MarkedPart[] {
  const line = text.replace(/\s/g, ' ');
  const searched = plain(line);
  const wanted = plain(words).match(/[\p{L}\p{N}]+/gu) ?? [];
  const first = Math.min(...wanted.map((word) => placeOf(searched, word, 0)).filter((at) => at >= 0), line.length);
  const start = first < line.length && first > BEFORE ? first - BEFORE : 0;
  const end = Math.min(line.length, start + LENGTH);
  const parts: MarkedPart[] = start > 0 ? [{ text: '…', isFound: false }] : [];
  for (let at = start; at < end;) {
    const next = wanted
      .map((word) => ({ at: placeOf(searched, word, at), length: word.length }))
      .filter((place) => place.at >= 0 && place.at < end)
      .sort((a, b) => a.at - b.at || b.length - a.length)[0];
    const until = next?.at ?? end;
    if (until > at) parts.push({ text: line.slice(at, until), isFound: false });
    if (next) parts.push({ text: line.slice(next.at, next.at + next.length), isFound: true });
    at = next ? next.at + next.length : end;
  }
  if (end < line.length) parts.push({ text: '…', isFound: false });
  return parts;
}
