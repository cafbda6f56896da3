import { ROLES, type Role } from '@switchboard/contract/user';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { ROLE_WORDS } from './role-words.ts';

interface RoleFieldsProps {
  readonly role: Role;
  readonly onRole: (role: Role) => void;
  readonly teams: string;
  readonly onTeams: (teams: string) => void;
  readonly hasFault: boolean;
}

/** What a colleague may do and see. */
export function RoleFields({ role, onRole, teams, onTeams, hasFault }: RoleFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('settings.users.role')}
        value={role}
        options={ROLES.map((value) => ({
          value,
          label: `${t(ROLE_WORDS[value])} – ${t(`settings.users.roleText.${value}`)}`,
        }))}
        onChange={onRole}
      />
      <TextField
        label={t('settings.users.teams')}
        hint={t('settings.users.teamsHint')}
        error={hasFault ? t('settings.users.badTeams') : null}
        value={teams}
        autoComplete="off"
        onChange={({ target }) => {
          onTeams(target.value);
        }}
      />
    </>
  );
}
