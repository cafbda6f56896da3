import { parsePhone } from '@switchboard/contract/phone';
import { useMemo } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { currentLanguage } from '../../lib/i18n/language.ts';
import { TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './form.module.css';
import { countriesIn, phoneWords, typedPhone, type CountryCode } from './phone-words.ts';

interface CountryFieldProps {
  readonly country: CountryCode;
  readonly onCountry: (country: CountryCode) => void;
}

export function CountryField({ country, onCountry }: CountryFieldProps) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const countries = useMemo(() => countriesIn(language), [language]);
  return <Select label={t('accounts.form.country')} value={country} options={countries} onChange={onCountry} />;
}

interface PhoneFieldProps extends CountryFieldProps {
  readonly phone: string;
  readonly onPhone: (phone: string) => void;
  readonly fault: 'noPhone' | 'badPhone' | null;
}

/** A number in its country, grouped while it is typed, and shown as it will be dialled. */
export function PhoneField({ country, onCountry, phone, onPhone, fault }: PhoneFieldProps) {
  const { t } = useTranslation();
  const names = new Intl.DisplayNames([currentLanguage()], { type: 'region' });
  const read = parsePhone(phone, country);
  const error =
    fault === null || read !== null ? null : t(`accounts.form.${fault}`, { country: names.of(country) ?? country });
  return (
    <div className={styles['phone']}>
      <CountryField country={country} onCountry={onCountry} />
      <TextField
        label={t('accounts.form.phone')}
        hint={read === null ? undefined : <bdi dir="ltr">{phoneWords(read)}</bdi>}
        error={error}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        dir="ltr"
        value={phone}
        onChange={({ target }) => {
          onPhone(typedPhone(phone, target.value, country));
        }}
      />
    </div>
  );
}
