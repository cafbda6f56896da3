/** What staff may ask of an account. Each is a callable; what came of it shows on the account itself. */
import { accountOutputSchema } from '@switchboard/contract/callables';
import { useState } from 'react';
import { refusalWords } from '../../lib/i18n/refusal-words.ts';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { useSession } from '../../lib/session.tsx';
import { sayFailed } from '../../ui/toast.tsx';

const CALLABLES = {
  connect: 'connectAccount',
  relink: 'relinkAccount',
  pairing_code: 'requestPairingCode',
  disconnect: 'disconnectAccount',
  reset: 'resetSession',
  delete: 'deleteAccount',
} as const;

export type AccountAction = keyof typeof CALLABLES;

export interface AccountActions {
  /** What was asked for and is not answered yet. */
  readonly busy: AccountAction | null;
  /** Resolves to whether the server took it; why not is said by itself. */
  readonly ask: (action: AccountAction) => Promise<boolean>;
}

export function useAccountActions(accountId: string): AccountActions {
  const { t } = useTranslation();
  const { call } = useSession();
  const [busy, setBusy] = useState<AccountAction | null>(null);
  const ask = async (action: AccountAction) => {
    setBusy(action);
    const answer = await call(CALLABLES[action], { accountId }, accountOutputSchema);
    setBusy(null);
    if (!answer.ok) sayFailed(t('ui.failed'), refusalWords(t, answer.error));
    return answer.ok;
  };
  return { busy, ask };
}
