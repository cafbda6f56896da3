import { createUserOutputSchema } from '@switchboard/contract/callables';
import type { Role } from '@switchboard/contract/user';
import { useState, type SyntheticEvent } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useSession } from '../../lib/session.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { say } from '../../ui/toast.tsx';
import { Refusal } from './edit-user.tsx';
import { RoleFields } from './role-fields.tsx';
import styles from './settings.module.css';
import { useKnownTeams } from './use-known-teams.ts';
import { checkUser, readTeams, type UserDraft, type UserFault } from './user-draft.ts';

interface Invited {
  readonly name: string;
  readonly link: string;
}

export function AddUser({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [invited, setInvited] = useState<Invited | null>(null);
  if (invited) return <InviteLink {...invited} onClose={onClose} />;
  return (
    <Dialog isOpen onClose={onClose} title={t('settings.users.add')} description={t('settings.users.addText')}>
      <AddForm onClose={onClose} onInvited={setInvited} />
    </Dialog>
  );
}

interface AddFormProps {
  readonly onClose: () => void;
  readonly onInvited: (invited: Invited) => void;
}

function AddForm({ onClose, onInvited }: AddFormProps) {
  const { t } = useTranslation();
  const [firstTeam = ''] = useKnownTeams();
  const [draft, setDraft] = useState<UserDraft>({ name: '', email: '', teams: firstTeam, password: '' });
  const [role, setRole] = useState<Role>('agent');
  const [faults, setFaults] = useState<Partial<Record<keyof UserDraft, UserFault>>>({});
  const { create, isBusy, refusal } = useCreate(onInvited, onClose);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkUser(draft);
    setFaults(found);
    if (Object.keys(found).length === 0) void create(draft, role);
  };
  const field = (name: 'name' | 'email' | 'password') => {
    const fault = faults[name];
    return {
      label: t(`settings.users.${name}`),
      error: fault === undefined ? null : t(`settings.users.${fault}`),
      value: draft[name],
      onChange: ({ target }: { readonly target: { readonly value: string } }) => {
        setDraft({ ...draft, [name]: target.value });
      },
    };
  };
  return (
    <form className={styles['form']} onSubmit={submit} noValidate>
      <TextField {...field('name')} maxLength={80} dir="auto" autoComplete="off" />
      <TextField {...field('email')} type="email" autoComplete="off" />
      <RoleFields
        role={role}
        onRole={setRole}
        teams={draft.teams}
        onTeams={(teams) => {
          setDraft({ ...draft, teams });
        }}
        hasFault={faults.teams !== undefined}
      />
      <TextField
        {...field('password')}
        type="password"
        hint={t('settings.users.passwordHint')}
        autoComplete="new-password"
      />
      <Refusal text={refusal} />
      <DialogActions>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {t('settings.users.create')}
        </Button>
      </DialogActions>
    </form>
  );
}

function useCreate(onInvited: (invited: Invited) => void, onAdded: () => void) {
  const { t } = useTranslation();
  const { call } = useSession();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const create = async (draft: UserDraft, role: Role) => {
    setIsBusy(true);
    const { password } = draft;
    const displayName = draft.name.trim();
    const person = { email: draft.email.trim(), displayName, role, teams: readTeams(draft.teams) ?? [] };
    const input = password === '' ? person : { ...person, password };
    const answer = await call('createUser', input, createUserOutputSchema);
    setIsBusy(false);
    if (!answer.ok) {
      setRefusal(refusalWords(t, answer.error));
    } else if (answer.value.passwordResetLink === null) {
      say(t('settings.users.added', { name: displayName }));
      onAdded();
    } else {
      onInvited({ name: displayName, link: answer.value.passwordResetLink });
    }
  };
  return { create, isBusy, refusal };
}

/** Shown once: nobody else gets to see it, and it is kept nowhere. */
function InviteLink({ name, link, onClose }: Invited & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('settings.users.linkTitle', { name })}
      description={t('settings.users.linkText')}
    >
      <div className={styles['link']}>
        <code dir="ltr">{link}</code>
        <CopyButton
          text={link}
          label={t('settings.users.copyLink')}
          done={t('settings.users.linkCopied')}
          failed={t('ui.failed')}
        />
      </div>
      <DialogActions>
        <Button kind="primary" onClick={onClose}>
          {t('settings.users.done')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
