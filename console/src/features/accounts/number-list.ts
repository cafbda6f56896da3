/** Reads a pasted list of numbers, one per line, with or without a name before or behind. Pure. */
import { parsePhone } from '@switchboard/contract/phone';
import type { CountryCode } from 'libphonenumber-js/min';

export interface ListedNumber {
  /** From 1, as the person sees it. */
  readonly line: number;
  readonly name: string;
  readonly phoneE164: string;
}

export interface NumberList {
  readonly numbers: readonly ListedNumber[];
  /** Lines without a possible number. */
  readonly invalid: readonly number[];
  /** Lines with a number that is above them already. */
  readonly repeated: readonly number[];
}

const MOST_NAME = 80;
/** The longest run of what numbers are written with. */
const NUMBER = /\+?\d[\d\s().\-/]{4,}\d/;

export function readNumberList(text: string, country: CountryCode): NumberList {
  const numbers: ListedNumber[] = [];
  const invalid: number[] = [];
  const repeated: number[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue;
    const line = index + 1;
    const written = NUMBER.exec(row)?.[0] ?? '';
    const phoneE164 = parsePhone(written, country);
    if (phoneE164 === null) invalid.push(line);
    else if (numbers.some((one) => one.phoneE164 === phoneE164)) repeated.push(line);
    else numbers.push({ line, phoneE164, name: nameBeside(row, written) || phoneE164 });
  }
  return { numbers, invalid, repeated };
}

/** What is left of a line without its number and the separators around it. */
function nameBeside(row: string, written: string): string {
  return row
    .replace(written, ' ')
    .replace(/^[\s,;:|"']+|[\s,;:|"']+$/g, '')
    .replace(/\s+/g, ' ')
    .slice(0, MOST_NAME);
}
