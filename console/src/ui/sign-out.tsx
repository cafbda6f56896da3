/** Signing out, which asks first while something that was written has not reached the server. */
import { useState, type ReactNode } from 'react';
import { isAllWritten } from '../lib/firestore/open.ts';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { useSession } from '../lib/session.tsx';
import { Confirm } from './dialog.tsx';

/** @returns how to leave, and the question, which has to be on the page to be asked. */
export function useSignOut(): { readonly leave: () => Promise<void>; readonly question: ReactNode } {
  const { t } = useTranslation();
  const { auth, db } = useSession();
  const [isAsking, setIsAsking] = useState(false);
  const leave = async (): Promise<void> => {
    if (await isAllWritten(db)) await auth.signOut();
    else setIsAsking(true);
  };
  const question = (
    <Confirm
      isOpen={isAsking}
      title={t('shell.signOutUnsent')}
      description={t('shell.signOutUnsentText')}
      confirm={t('shell.signOutAnyway')}
      onConfirm={() => void auth.signOut()}
      onCancel={() => {
        setIsAsking(false);
      }}
    />
  );
  return { leave, question };
}
