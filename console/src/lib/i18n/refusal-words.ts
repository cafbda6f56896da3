import { detailOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { Translate } from './translate.ts';

/** A refusal in the reader's language: the server says it in English. Words that are not those of its code are shown as they came. */
export function refusalWords(t: Translate, error: ErrorInfo): string {
  const detail = detailOf(error);
  return detail === null ? error.message : t(`refusals.${error.code}`, { detail });
}
