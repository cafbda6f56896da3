import { Plus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import type { Stored } from '../../lib/firestore/live.ts';
import { useUsers, type User } from '../../lib/firestore/users.ts';
import { useSession } from '../../lib/session.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { AddUser } from './add-user.tsx';
import { ROLE_WORDS } from './role-words.ts';
import styles from './settings.module.css';
import { UserMenu } from './user-menu.tsx';

export function Users() {
  const { t } = useTranslation();
  const { claims } = useSession();
  const users = useUsers();
  const [isAdding, setIsAdding] = useState(false);
  const isAdmin = claims.role === 'admin';
  const add = (
    <Button
      kind="primary"
      onClick={() => {
        setIsAdding(true);
      }}
    >
      <Plus size={16} aria-hidden="true" />
      {t('settings.users.add')}
    </Button>
  );
  return (
    <Card
      title={t('settings.sections.users')}
      text={isAdmin ? t('settings.users.text') : t('settings.users.readOnly')}
      actions={isAdmin ? add : null}
    >
      {users.state === 'loading' ? <Skeleton height="120px" /> : null}
      {users.state === 'failed' ? <ErrorState trouble={users.trouble} /> : null}
      {users.state === 'ready' ? <UserList users={users.value} isAdmin={isAdmin} /> : null}
      {isAdding ? (
        <AddUser
          onClose={() => {
            setIsAdding(false);
          }}
        />
      ) : null}
    </Card>
  );
}

function UserList({ users, isAdmin }: { readonly users: readonly Stored<User>[]; readonly isAdmin: boolean }) {
  const { t } = useTranslation();
  if (users.length === 0) return <EmptyState icon={<UsersRound size={22} />} title={t('settings.users.empty')} />;
  const sorted = users.toSorted(
    (a, b) => Number(a.disabled) - Number(b.disabled) || nameOf(a).localeCompare(nameOf(b)),
  );
  return (
    <ul aria-label={t('settings.users.list')}>
      {sorted.map((user) => (
        <UserRow key={user.id} user={user} isAdmin={isAdmin} />
      ))}
    </ul>
  );
}

export function nameOf({ displayName, email, id }: Stored<User>): string {
  return displayName ?? email ?? id;
}

function UserRow({ user, isAdmin }: { readonly user: Stored<User>; readonly isAdmin: boolean }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const name = nameOf(user);
  const isYou = user.id === person.uid;
  return (
    <li className={styles['row']} data-off={user.disabled || undefined}>
      <Avatar name={name} seed={user.id} />
      <div className={styles['rowWords']}>
        <p className={styles['rowTitle']}>
          <span dir="auto">{name}</span>
          {isYou ? <span className={styles['quiet']}>({t('settings.users.you')})</span> : null}
          {user.disabled ? <Badge tone="danger">{t('settings.users.disabled')}</Badge> : null}
        </p>
        {user.email === null || user.email === name ? null : <p className={styles['quiet']}>{user.email}</p>}
      </div>
      <div className={styles['rights']}>
        <Badge tone={user.role === 'admin' ? 'accent' : 'neutral'}>{t(ROLE_WORDS[user.role])}</Badge>
        <span className={styles['quiet']}>
          {user.role === 'admin' ? t('settings.preferences.allTeams') : user.teams.join(', ')}
        </span>
      </div>
      {isAdmin ? <UserMenu user={user} name={name} isYou={isYou} /> : null}
    </li>
  );
}
