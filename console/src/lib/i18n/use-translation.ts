/** The words of the console for React: components that use them are drawn again when the language changes. */
import { useSyncExternalStore } from 'react';
import { ENGLISH } from './english.ts';
import { translator, type Translate, type Words } from './translate.ts';

interface Spoken {
  readonly language: string;
  readonly t: Translate;
}

let spoken: Spoken = { language: 'en', t: translator('en', ENGLISH, ENGLISH) };
const listeners = new Set<() => void>();

export function spokenLanguage(): string {
  return spoken.language;
}

export function speak(language: string, words: Words): void {
  spoken = { language, t: translator(language, words, ENGLISH) };
  for (const tell of listeners) tell();
}

function watch(onChange: () => void): () => void {
  listeners.add(onChange);
  return () => {
    listeners.delete(onChange);
  };
}

export function useTranslation(): Spoken {
  return useSyncExternalStore(watch, () => spoken);
}
