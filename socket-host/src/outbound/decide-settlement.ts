/** What follows from the outcome of a send. Pure. */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { SendOutcome } from '../whatsapp/types.ts';

/** After so many attempts that count an entry that WhatsApp never answered for is given up. */
export const MAX_ATTEMPTS = 8;

export type Settlement =
  | { readonly kind: 'sent'; readonly at: Date | null; readonly recipientCount?: number }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
  /** Try again once a socket is open; `isCertain` says that nothing can have left, `isCounted` that this was one of the `MAX_ATTEMPTS`. */
  | {
      readonly kind: 'again';
      readonly isCertain: boolean;
      readonly isCounted: boolean;
      readonly delayMs: number;
      readonly error: ErrorInfo;
    };

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

function delayOf(attempt: number): number {
  return Math.min(BASE_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS);
}

function again(error: ErrorInfo, isCertain: boolean, attempt: number): Settlement {
  if (attempt >= MAX_ATTEMPTS) return { kind: 'failed', error: errorOf('too_many_attempts', error.message) };
  return { kind: 'again', isCertain, isCounted: true, delayMs: delayOf(attempt), error };
}

/** What follows from WhatsApp's refusal. 463 limits this account's new chats; each further try counts against it. */
export function decideRefused(code: string): Settlement {
  return {
    kind: 'failed',
    error: code === '463' ? errorOf('new_chats_restricted') : errorOf('refused_by_whatsapp', code),
  };
}

/**
 * @param attempt how many attempts of this entry count, this one included.
 */
export function decideSettlement(outcome: SendOutcome, attempt: number): Settlement {
  switch (outcome.kind) {
    case 'acked': {
      const { serverAt, recipientCount } = outcome;
      return { kind: 'sent', at: serverAt, ...(recipientCount !== undefined && { recipientCount }) };
    }
    case 'refused':
      return decideRefused(outcome.code);
    case 'unacknowledged':
      return again(errorOf('unacknowledged'), false, attempt);
    case 'not-sent':
      switch (outcome.reason) {
        case 'not-connected': {
          const error = errorOf('not_connected');
          return { kind: 'again', isCertain: true, isCounted: false, delayMs: BASE_DELAY_MS, error };
        }
        case 'not-on-whatsapp':
          return { kind: 'failed', error: errorOf('not_on_whatsapp') };
        case 'not-encrypted':
          return again(errorOf('not_built', outcome.detail), true, attempt);
      }
  }
}
