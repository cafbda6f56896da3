import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';

/** Refuses a phone number and, when the country is what is missing, says so. */
export function phoneErrorOf(text: string, field: string): ErrorInfo {
  const hint = /^\s*(\+|00)/.test(text) ? '' : ' (write it with + and the country code)';
  return errorOf('invalid_phone', `"${text.slice(0, 40)}"${hint}`, field);
}
