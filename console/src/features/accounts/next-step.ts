/**
 * What a status means to a person: how bad it is, and what to do next. Pure; the words are in the translations, under
 * `accounts.status` and `accounts.reason`.
 */
import type { Account, AccountStatus, StatusReason } from '@switchboard/contract/account';

export type Tone = 'good' | 'info' | 'warn' | 'danger' | 'neutral';
/** wait: it comes by itself · scan: the phone has to · the rest: what a button asks for. */
export type Step = 'none' | 'wait' | 'scan' | 'connect' | 'relink' | 'pairing_code';

interface Meaning {
  readonly tone: Tone;
  readonly step: Step;
}

const OF_STATUS: Record<AccountStatus, Meaning> = {
  connecting: { tone: 'info', step: 'wait' },
  qr_ready: { tone: 'info', step: 'scan' },
  connected: { tone: 'good', step: 'none' },
  reconnecting: { tone: 'warn', step: 'wait' },
  disconnected: { tone: 'neutral', step: 'connect' },
  needs_qr: { tone: 'warn', step: 'relink' },
  logged_out: { tone: 'danger', step: 'relink' },
  restricted: { tone: 'danger', step: 'connect' },
  deleted: { tone: 'neutral', step: 'relink' },
};

/** Where the reason changes what helps. A link that another program uses is worse than one that was let go. */
const OF_REASON: Partial<Record<StatusReason['code'], Meaning>> = {
  passkey_required: { tone: 'danger', step: 'pairing_code' },
  conflict: { tone: 'danger', step: 'connect' },
};

/** While the link is being made or held, what WhatsApp last said against it is no advice any more. */
const ON_ITS_WAY: readonly AccountStatus[] = ['connecting', 'qr_ready', 'connected'];

type Described = Pick<Account, 'status' | 'statusReason' | 'desired'>;

export function meaningOf({ status, statusReason }: Described): Meaning {
  const byReason = statusReason && !ON_ITS_WAY.includes(status) ? OF_REASON[statusReason.code] : undefined;
  return byReason ?? OF_STATUS[status];
}

/** Which text explains it: the reason's where there is one, else the status's. */
export function explanationOf({
  status,
  statusReason,
}: Described): `reason.${StatusReason['code']}` | `status.${AccountStatus}.text` {
  return statusReason && !ON_ITS_WAY.includes(status) ? `reason.${statusReason.code}` : `status.${status}.text`;
}

export function isDeleted({ status, desired }: Pick<Account, 'status' | 'desired'>): boolean {
  return status === 'deleted' || desired === 'deleted';
}

/** Whether a person has to look at it: something is wrong, or sending is on hold. */
export function needsAttention(account: Described & Pick<Account, 'hold'>): boolean {
  if (isDeleted(account)) return false;
  const { tone } = meaningOf(account);
  return tone === 'warn' || tone === 'danger' || account.hold !== null;
}
