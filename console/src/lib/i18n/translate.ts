/** Words of a language by their key, with variables filled in and counted as the language counts. Pure. */
import type { ENGLISH } from './english.ts';

type Uncounted<Key extends string> = Key extends `${infer Base}_${'one' | 'few' | 'other'}` ? Base : Key;
type Leaves<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${Uncounted<K>}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** `t()` takes only keys that exist. */
export type WordKey = Leaves<typeof ENGLISH>;
export type Variables = Readonly<Record<string, string | number>>;
export type Translate = (key: WordKey, variables?: Variables) => string;

export interface Words {
  readonly [part: string]: string | Words;
}

/** Some names have a dot themselves, like those of actions: the whole rest of a path may be one. */
function at(words: Words, path: readonly string[]): string | undefined {
  const whole = words[path.join('.')];
  if (typeof whole === 'string') return whole;
  const [first = '', ...rest] = path;
  const part = words[first];
  return typeof part === 'object' && rest.length > 0 ? at(part, rest) : undefined;
}

/** @param fallback where words are looked for that the language does not have. */
export function translator(language: string, words: Words, fallback: Words): Translate {
  const counts = new Intl.PluralRules(language);
  const find = (key: string, variables: Variables): string | undefined => {
    const path = key.split('.');
    const last = path.pop() ?? '';
    const counted = typeof variables['count'] === 'number' ? counts.select(variables['count']) : 'other';
    const names = [last, `${last}_${counted}`, `${last}_other`];
    for (const source of [words, fallback]) {
      const found = names.map((name) => at(source, [...path, name])).find((text) => text !== undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (key, variables = {}) => {
    const text = find(key, variables) ?? key;
    return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(variables[name] ?? whole));
  };
}
