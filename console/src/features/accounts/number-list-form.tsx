import { teamSchema } from '@switchboard/contract/user';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Card } from '../../ui/page.tsx';
import styles from './many.module.css';
import { readNumberList, type ListedNumber, type NumberList } from './number-list.ts';
import { CountryField } from './phone-field.tsx';
import { phoneWords } from './phone-words.ts';
import { firstTeamOf, TeamField } from './team-field.tsx';
import { useCountry } from './use-country.ts';

interface NumberListFormProps {
  readonly onStart: (numbers: readonly ListedNumber[], team: string) => void;
}

export function NumberListForm({ onStart }: NumberListFormProps) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const [country, setCountry] = useCountry();
  const [text, setText] = useState('');
  const [team, setTeam] = useState(firstTeamOf(claims));
  const list = readNumberList(text, country);
  const isTeam = teamSchema.safeParse(team).success;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (list.numbers.length > 0 && isTeam) onStart(list.numbers, team);
  };
  return (
    <div className={styles['narrow']}>
      <Card>
        <form className={styles['form']} onSubmit={submit}>
          <p className={styles['lead']}>{t('accounts.many.text')}</p>
          <TextArea
            label={t('accounts.many.paste')}
            placeholder={t('accounts.many.placeholder')}
            rows={7}
            value={text}
            onChange={({ target }) => {
              setText(target.value);
            }}
          />
          <Read list={list} />
          <div className={styles['pair']}>
            <CountryField country={country} onCountry={setCountry} />
            <TeamField value={team} hasFault={!isTeam} onChange={setTeam} />
          </div>
          <div className={styles['foot']}>
            <Button kind="primary" type="submit" disabled={list.numbers.length === 0 || !isTeam}>
              {t('accounts.many.start')}
            </Button>
          </div>
        </form>
      </Card>
    </div>
  );
}

/** What was understood, said while it is typed: nothing is linked that nobody meant. */
function Read({ list }: { readonly list: NumberList }) {
  const { t } = useTranslation();
  const { numbers, invalid, repeated } = list;
  if (numbers.length + invalid.length === 0) return null;
  return (
    <div className={styles['read']} role="status">
      <p className={styles['found']}>
        <CircleCheck size={14} aria-hidden="true" />
        {t('accounts.many.found', { count: numbers.length })}
      </p>
      {invalid.length === 0 ? null : (
        <p className={styles['fault']}>
          <TriangleAlert size={14} aria-hidden="true" />
          {t('accounts.many.bad', { count: invalid.length })} ({invalid.join(', ')})
        </p>
      )}
      {repeated.length === 0 ? null : (
        <p className={styles['fault']}>
          <TriangleAlert size={14} aria-hidden="true" />
          {t('accounts.many.twice', { count: repeated.length })} ({repeated.join(', ')})
        </p>
      )}
      <ul className={styles['preview']}>
        {numbers.map(({ line, name, phoneE164 }) => (
          <li key={line}>
            <span dir="auto">{name === phoneE164 ? '–' : name}</span>
            <bdi dir="ltr">{phoneWords(phoneE164)}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
