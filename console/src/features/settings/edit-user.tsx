import { setUserRoleOutputSchema } from '@switchboard/contract/callables';
import { useState, type SyntheticEvent } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import type { User } from '../../lib/firestore/users.ts';
import { useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { say } from '../../ui/toast.tsx';
import { RoleFields } from './role-fields.tsx';
import styles from './settings.module.css';
import { readTeams } from './user-draft.ts';

interface EditUserProps {
  readonly user: Stored<User>;
  readonly name: string;
  readonly onClose: () => void;
}

export function EditUser({ user, name, onClose }: EditUserProps) {
  const { t } = useTranslation();
  const { call } = useSession();
  const [role, setRole] = useState(user.role);
  const [typed, setTyped] = useState(user.teams.join(', '));
  const [hasFault, setHasFault] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const save = async (teams: readonly string[]) => {
    setIsBusy(true);
    const answer = await call('setUserRole', { uid: user.id, role, teams }, setUserRoleOutputSchema);
    setIsBusy(false);
    if (!answer.ok) {
      setRefusal(refusalWords(t, answer.error));
      return;
    }
    say(t('settings.users.saved'));
    onClose();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const teams = readTeams(typed);
    setHasFault(teams === null);
    if (teams) void save(teams);
  };
  return (
    <Dialog isOpen onClose={onClose} title={t('settings.users.editTitle', { name })}>
      <form className={styles['form']} onSubmit={submit} noValidate>
        <RoleFields role={role} onRole={setRole} teams={typed} onTeams={setTyped} hasFault={hasFault} />
        <Refusal text={refusal} />
        <DialogActions>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {t('ui.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Why the server did not do it, in its own words. */
export function Refusal({ text }: { readonly text: string | null }) {
  return text === null ? null : (
    <p className={styles['refusal']} role="alert">
      {text}
    </p>
  );
}
