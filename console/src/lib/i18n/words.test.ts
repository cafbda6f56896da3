import assert from 'node:assert/strict';
import { ENGLISH } from './english.ts';
import { ROMANIAN } from './romanian.ts';

/** Every text with its key; the ways a language counts (`_one`, `_few`, `_other`) are one key. */
function textsOf(words: object, path = ''): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const [key, value] of Object.entries(words)) {
    const at = `${path}${key}`;
    if (typeof value === 'object' && value !== null) {
      for (const [inner, found] of textsOf(value as object, `${at}.`)) texts.set(inner, found);
      continue;
    }
    const counted = at.replace(/_(one|few|other)$/, '');
    texts.set(counted, [...(texts.get(counted) ?? []), String(value)]);
  }
  return texts;
}

function variablesOf(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(/\{\{\w+\}\}/g) ?? []))].sort();
}

const english = textsOf(ENGLISH);
const romanian = textsOf(ROMANIAN);

describe('the words of the console', () => {
  it('are there in both languages, key by key', () => {
    assert.deepEqual([...romanian.keys()].sort(), [...english.keys()].sort());
  });

  it('name the same variables in both', () => {
    for (const [key, texts] of english) {
      assert.deepEqual(variablesOf(romanian.get(key) ?? []), variablesOf(texts), key);
    }
  });

  it('are none of them empty', () => {
    for (const [key, texts] of [...english, ...romanian])
      assert.ok(
        texts.every((text) => text.trim() !== ''),
        key,
      );
  });
});
