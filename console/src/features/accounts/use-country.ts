/** The country whose numbers are typed here: the last one that was chosen in this browser, else the browser's own. */
import { useState } from 'react';
import { countryOfLanguage, type CountryCode } from './phone-words.ts';
import { isSupportedCountry } from 'libphonenumber-js/min';

const KEY = 'switchboard.country';

function readCountry(): CountryCode {
  const stored = localStorage.getItem(KEY) ?? '';
  return isSupportedCountry(stored) ? stored : countryOfLanguage(navigator.language);
}

export function useCountry(): [CountryCode, (country: CountryCode) => void] {
  const [country, setCountry] = useState(readCountry);
  const choose = (chosen: CountryCode) => {
    localStorage.setItem(KEY, chosen);
    setCountry(chosen);
  };
  return [country, choose];
}
