import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';

/**
 * Reads a phone number as people type it.
 *
 * @param text `+40 712 345 678`, or without `+` together with `country`.
 * @param country the country a local number is dialled in, ISO 3166 alpha-2.
 * @returns E.164 (`+40712345678`), or `null` when the text is not a possible number. "Possible" is judged by
 *   length and country only: number plans change faster than any list of valid ranges.
 */
export function parsePhone(text: string, country?: CountryCode): string | null {
  if (text.length > 40) return null;
  const parsed = parsePhoneNumberFromString(text, country === undefined ? {} : { defaultCountry: country });
  return parsed?.isPossible() ? parsed.number : null;
}

/**
 * The country whose way of dialling a number shares, ISO 3166 alpha-2; `null` when the number is none. Countries that
 * share a calling code also share how numbers are dialled there, so any of them reads a local number right.
 */
export function countryOfPhone(phoneE164: string): CountryCode | null {
  const parsed = parsePhoneNumberFromString(phoneE164);
  return parsed?.country ?? parsed?.getPossibleCountries()[0] ?? null;
}

/** `+40712345678` → `712345678`: the number without its country; `null` when it is none. */
export function nationalDigitsOf(phoneE164: string): string | null {
  return parsePhoneNumberFromString(phoneE164)?.nationalNumber ?? null;
}

/** `+40712345697` → `+407****97`: what a list or a log may show of a number. */
export function maskPhone(phoneE164: string): string {
  return phoneE164.length < 8 ? '****' : `${phoneE164.slice(0, 4)}****${phoneE164.slice(-2)}`;
}

/** Text without the numbers in it, for logs: what names a document names its customer. Codes and line numbers stay. */
export function maskNumbers(text: string): string {
  return text.replace(/\d{5,}/g, '****');
}
