/**
 * Search by `array-contains`: the words of a text as tokens, with the beginnings people type of them. Written with the document, so
 * searching costs no write of its own; the text itself decides what of the found is shown (`matchesSearch`). Pure.
 */
import { nationalDigitsOf } from './phone.ts';
import type { Thread } from './thread.ts';

const MAX_WORDS = 40;
const MAX_WORD_LENGTH = 40;
const SHORTEST_BEGINNING = 2;
/** The longest beginning that is stored: longer ones are looked for by this much of them. */
const LONGEST_BEGINNING = 8;
/** Fewer digits of a number find nothing. */
const SHORTEST_NUMBER = 3;
/** No number has more. Source: E.164. */
const MAX_DIGITS = 15;
/** What all tokens of a document may take, bytes as Firestore counts them. */
const MAX_BYTES = 2_000;
/** Words further back than this are not searched for; no text is normalised whole. */
const MAX_SEARCHED = 4_000;

/** Words as they are compared: lower case, without accents. */
export function wordsOf(text: string): string[] {
  const plain = text
    .slice(0, MAX_SEARCHED)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function beginningsOf(word: string): string[] {
  const letters = Array.from(word);
  const longest = Math.min(letters.length - 1, LONGEST_BEGINNING);
  const lengths = Array.from(
    { length: Math.max(0, longest - SHORTEST_BEGINNING + 1) },
    (_, n) => n + SHORTEST_BEGINNING,
  );
  return lengths.map((length) => letters.slice(0, length).join(''));
}

/** UTF-8 and the byte Firestore adds to a string. */
function bytesOf(token: string): number {
  return new TextEncoder().encode(token).length + 1;
}

/** As many of `tokens`, without repetition, as fit. */
function fitting(tokens: Iterable<string>): string[] {
  const kept = new Set<string>();
  let bytes = 0;
  for (const token of tokens) {
    if (kept.has(token)) continue;
    bytes += bytesOf(token);
    if (bytes > MAX_BYTES) break;
    kept.add(token);
  }
  return [...kept];
}

function* tokensOf(words: readonly string[]): Iterable<string> {
  yield* words;
  for (const word of words) yield* beginningsOf(word);
}

/** The tokens of a text: its first words whole, then their beginnings, as far as they fit. */
export function searchTokensOf(text: string): string[] {
  const words = [...new Set(wordsOf(text).map((word) => word.slice(0, MAX_WORD_LENGTH)))].slice(0, MAX_WORDS);
  return fitting(tokensOf(words));
}

/** The beginnings and endings people know of a number, in either way of writing it: `+40712…` and `0712…`. */
function* digitTokensOf(phoneE164: string): Iterable<string> {
  const international = phoneE164.replace(/\D/g, '');
  const national = nationalDigitsOf(phoneE164) ?? international;
  for (const form of [international, national, `0${national}`]) {
    for (let length = SHORTEST_NUMBER; length <= form.length; length += 1) yield form.slice(0, length);
  }
  for (let length = SHORTEST_NUMBER; length < international.length; length += 1) yield international.slice(-length);
}

type Searched = Pick<Thread, 'displayName' | 'phoneE164'>;

/** The tokens of a thread: its name and its number. */
export function threadSearchTokensOf({ displayName, phoneE164 }: Searched): string[] {
  const words = [...new Set(wordsOf(displayName).map((word) => word.slice(0, MAX_WORD_LENGTH)))].slice(0, MAX_WORDS);
  return fitting([...(phoneE164 === null ? [] : digitTokensOf(phoneE164)), ...tokensOf(words)]);
}

/** The token of `searchTokensOf` that narrows a query for messages most; `null` when there is too little to search for. */
export function searchTokenOf(query: string): string | null {
  const longest = wordsOf(query).reduce(
    (best, word) => (Array.from(word).length > Array.from(best).length ? word : best),
    '',
  );
  const letters = Array.from(longest);
  return letters.length < SHORTEST_BEGINNING ? null : letters.slice(0, LONGEST_BEGINNING).join('');
}

/** The token of `threadSearchTokensOf` that narrows a query for threads most: a number as people type it, or a word. */
export function threadSearchTokenOf(query: string): string | null {
  const isNumber = /^[+\d][\d\s().-]*$/.test(query.trim());
  if (!isNumber) return searchTokenOf(query);
  const digits = query.replace(/\D/g, '').replace(/^00/, '');
  return digits.length < SHORTEST_NUMBER ? null : digits.slice(0, MAX_DIGITS);
}

/** Whether a text has, for every word that is searched for, a word that begins with it. */
export function matchesSearch(query: string, text: string): boolean {
  const words = wordsOf(text);
  return wordsOf(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}
