/** Which language the console speaks: the one chosen in this browser, else the browser's own, else English. */
import { ENGLISH } from './english.ts';
import { speak, spokenLanguage } from './use-translation.ts';

const KEY = 'switchboard.language';

export const LANGUAGES = { en: 'English', ro: 'Română' } as const;
export type Language = keyof typeof LANGUAGES;

function languageOf(tag: string | null): Language | null {
  const [language = ''] = (tag ?? '').toLowerCase().split('-');
  return language === 'en' || language === 'ro' ? language : null;
}

export function currentLanguage(): Language {
  return languageOf(spokenLanguage()) ?? 'en';
}

/** For dates and numbers: the browser's own region where it speaks the same language, so that British English has its 24 hours. */
export function currentLocale(): string {
  const language = currentLanguage();
  return languageOf(navigator.language) === language ? navigator.language : language;
}

async function change(language: Language): Promise<void> {
  const words = language === 'en' ? ENGLISH : (await import('./romanian.ts')).ROMANIAN;
  speak(language, words);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await change(language);
}

/** Before the first page is shown, so that none of it changes language in front of somebody's eyes. */
export async function openLanguage(): Promise<void> {
  await change(languageOf(localStorage.getItem(KEY)) ?? languageOf(navigator.language) ?? 'en');
}
