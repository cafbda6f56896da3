/** Numbers as people read and type them. Pure. */
import {
  AsYouType,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/min';

export type { CountryCode } from 'libphonenumber-js/min';

/** `+40712345678` → `+40 712 345 678` */
export function phoneWords(phoneE164: string): string {
  return parsePhoneNumberFromString(phoneE164)?.formatInternational() ?? phoneE164;
}

export interface Country {
  readonly value: CountryCode;
  /** In the language of the page, with its calling code. */
  readonly label: string;
}

export function countriesIn(language: string): readonly Country[] {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return getCountries()
    .map((value) => ({ value, label: `${names.of(value) ?? value} (+${getCountryCallingCode(value)})` }))
    .sort((a, b) => a.label.localeCompare(b.label, language));
}

/** The country somebody with this language tag most likely dials in. Browsers also say tags that are none, like `en-US@posix`. */
export function countryOfLanguage(tag: string): CountryCode {
  const region = regionOf(tag) ?? '';
  return isSupportedCountry(region) ? region : 'US';
}

function regionOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).maximize().region;
  } catch {
    return undefined;
  }
}

/** Groups the digits while they are typed at the end; elsewhere it would move what somebody is correcting. */
export function typedPhone(before: string, typed: string, country: CountryCode): string {
  const isAppended = typed.length > before.length && typed.startsWith(before);
  return isAppended ? new AsYouType(country).input(typed) : typed;
}

/** What has to be typed to show that this number is meant. */
export function lastDigitsOf(phoneE164: string): string {
  return phoneE164.slice(-4);
}

/** `ABCD1234` → its two groups of four, as WhatsApp on the phone shows the fields. */
export function pairingGroups(code: string): readonly [string, string] {
  const plain = code.replace(/[^0-9A-Za-z]/g, '');
  return [plain.slice(0, 4), plain.slice(4)];
}
