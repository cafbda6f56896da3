import { DEFAULT_TEAM, type Claims } from '@switchboard/contract/user';
import { useId } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import { valueOr } from '../../lib/firestore/live.ts';
import { teamsOf, useSession } from '../../lib/session.tsx';
import { TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';

export function firstTeamOf(claims: Claims): string {
  return teamsOf(claims)?.[0] ?? DEFAULT_TEAM;
}

interface TeamFieldProps {
  readonly value: string;
  readonly hasFault: boolean;
  readonly onChange: (team: string) => void;
}

/** Managers choose among their teams; an admin may name a new one. */
export function TeamField({ value, hasFault, onChange }: TeamFieldProps) {
  const { t } = useTranslation();
  const { claims } = useSession();
  const teams = teamsOf(claims);
  if (teams === null) return <AnyTeam value={value} hasFault={hasFault} onChange={onChange} />;
  if (teams.length < 2) return null;
  const options = teams.map((team) => ({ value: team, label: team }));
  return <Select label={t('accounts.form.team')} value={value} options={options} onChange={onChange} />;
}

function AnyTeam({ value, hasFault, onChange }: TeamFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const known = new Set([DEFAULT_TEAM, ...valueOr(useAccounts(), []).map(({ team }) => team)]);
  return (
    <>
      <TextField
        label={t('accounts.form.team')}
        hint={t('accounts.form.teamHint')}
        error={hasFault ? t('accounts.form.badTeam') : null}
        value={value}
        list={id}
        maxLength={32}
        autoComplete="off"
        onChange={({ target }) => {
          onChange(target.value.toLowerCase());
        }}
      />
      <datalist id={id}>
        {[...known].sort().map((team) => (
          <option key={team} value={team} />
        ))}
      </datalist>
    </>
  );
}
