/** Drives the walk: asks for the code of the current number once, and goes on when the number is connected. */
import { accountOutputSchema } from '@switchboard/contract/callables';
import { useEffect, useReducer, useRef } from 'react';
import { useAccounts } from '../../lib/firestore/accounts.ts';
import { useAccount } from '../../lib/firestore/operations.ts';
import { useSession } from '../../lib/session.tsx';
import type { ListedNumber } from './number-list.ts';
import { currentOf, startWalk, walkOn, type Stop, type WalkEvent } from './onboarding.ts';

export function useLinkWalk(numbers: readonly ListedNumber[], team: string) {
  const [walk, tell] = useReducer(walkOn, numbers, startWalk);
  const current = currentOf(walk);
  const account = useAccount(current?.accountId ?? null);
  useAsking(current, team, tell);
  const value = account.state === 'ready' ? account.value : null;
  const phone = current?.number.phoneE164 ?? null;
  // The account of the number before is still in sight for a moment after the next one has become the current.
  const isLinked = phone !== null && value?.phoneE164 === phone && value.status === 'connected';
  useEffect(() => {
    if (isLinked) tell({ kind: 'linked', phone });
  }, [isLinked, phone]);
  return { walk, current, account: value?.phoneE164 === phone ? value : null, tell };
}

/** A number that is connected already is left alone: asking for it again would end its link. */
function useAsking(current: Stop | null, team: string, tell: (event: WalkEvent) => void): void {
  const { call } = useSession();
  const accounts = useAccounts();
  const asked = useRef<string | null>(null);
  const phone = current?.number.phoneE164 ?? null;
  const name = current?.number.name ?? '';
  const isKnown = accounts.state === 'ready';
  const isConnected = isKnown && accounts.value.some((one) => one.phoneE164 === phone && one.status === 'connected');
  useEffect(() => {
    if (phone === null || !isKnown || asked.current === phone) return;
    asked.current = phone;
    if (isConnected) {
      tell({ kind: 'linked', phone });
      return;
    }
    void call('addAccount', { phone, name, team }, accountOutputSchema).then((answer) => {
      if (answer.ok) tell({ kind: 'added', phone, accountId: answer.value.accountId });
      else tell({ kind: 'refused', phone, refusal: answer.error });
    });
  }, [phone, name, team, isKnown, isConnected, call, tell]);
}
