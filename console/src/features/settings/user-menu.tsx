/** What an admin may do with a colleague. Nobody disables themself or takes their own role away: they would lock themself out. */
import { setUserDisabledOutputSchema, setUserRoleOutputSchema } from '@switchboard/contract/callables';
import { Ellipsis, ShieldCheck, UserCheck, UserMinus, UserX } from 'lucide-react';
import { useState } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Answer } from '../../lib/firebase/functions.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import type { User } from '../../lib/firestore/users.ts';
import { useSession } from '../../lib/session.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { say, sayFailed } from '../../ui/toast.tsx';
import { EditUser } from './edit-user.tsx';

type Doing = 'edit' | 'disable' | 'remove' | null;

interface UserMenuProps {
  readonly user: Stored<User>;
  readonly name: string;
  readonly isYou: boolean;
}

export function UserMenu({ user, name, isYou }: UserMenuProps) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Doing>(null);
  const { setDisabled } = useUserChanges(user.id);
  const end = () => {
    setDoing(null);
  };
  const begin = (what: Doing) => () => {
    setDoing(what);
  };
  const entries: readonly MenuEntry[] = [
    { id: 'edit', label: t('settings.users.edit'), icon: <ShieldCheck size={16} />, onChoose: begin('edit') },
    user.disabled
      ? {
          id: 'enable',
          label: t('settings.users.enable'),
          icon: <UserCheck size={16} />,
          onChoose: () => void setDisabled(false),
        }
      : {
          id: 'disable',
          label: t('settings.users.disable'),
          icon: <UserX size={16} />,
          isDisabled: isYou,
          startsGroup: true,
          isDangerous: true,
          onChoose: begin('disable'),
        },
    {
      id: 'remove',
      label: t('settings.users.remove'),
      icon: <UserMinus size={16} />,
      isDisabled: isYou,
      isDangerous: true,
      onChoose: begin('remove'),
    },
  ];
  return (
    <>
      <Menu
        trigger={<IconButton label={t('settings.users.more', { name })} icon={<Ellipsis size={18} />} />}
        entries={entries}
      />
      {doing === 'edit' ? <EditUser user={user} name={name} onClose={end} /> : null}
      {doing === 'disable' || doing === 'remove' ? (
        <Question doing={doing} userId={user.id} name={name} onEnd={end} />
      ) : null}
    </>
  );
}

interface QuestionProps {
  readonly doing: 'disable' | 'remove';
  readonly userId: string;
  readonly name: string;
  readonly onEnd: () => void;
}

function Question({ doing, userId, name, onEnd }: QuestionProps) {
  const { t } = useTranslation();
  const { setDisabled, removeRole, isBusy } = useUserChanges(userId);
  const confirm = async () => {
    const isDone = await (doing === 'disable' ? setDisabled(true) : removeRole());
    if (isDone) onEnd();
  };
  return (
    <Confirm
      isOpen
      title={t(`settings.users.${doing}Title`, { name })}
      description={t(`settings.users.${doing}Text`)}
      confirm={t(`settings.users.${doing}`)}
      isBusy={isBusy}
      onConfirm={() => void confirm()}
      onCancel={onEnd}
    />
  );
}

function useUserChanges(uid: string) {
  const { t } = useTranslation();
  const { call } = useSession();
  const [isBusy, setIsBusy] = useState(false);
  const told = async (asked: Promise<Answer<unknown>>): Promise<boolean> => {
    setIsBusy(true);
    const answer = await asked;
    setIsBusy(false);
    if (answer.ok) say(t('settings.users.saved'));
    else sayFailed(t('ui.failed'), refusalWords(t, answer.error));
    return answer.ok;
  };
  return {
    isBusy,
    setDisabled: (disabled: boolean) => told(call('setUserDisabled', { uid, disabled }, setUserDisabledOutputSchema)),
    removeRole: () => told(call('setUserRole', { uid, role: null }, setUserRoleOutputSchema)),
  };
}
