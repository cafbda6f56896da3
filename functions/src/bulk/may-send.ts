/** Decides who may send to many at once, and whether a bulk send that somebody started may go on. */
import { senderOf, type BulkSend } from '@switchboard/contract/bulk';
import { detailOf, errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { authoriseNow, both, managementOnly, ofTeam, type Requirement } from '../access.ts';
import type { BulkAccount } from '../store/bulk-sends.ts';
import type { StaffDirectory } from '../store/staff.ts';

export const management = managementOnly('send to many at once');

export function managementOf({ team }: BulkAccount): Requirement {
  return both(management, ofTeam(team, 'accountId'));
}

/** Why a bulk send must not go on; `null` when it may. */
export async function whyNotGoOn(
  staff: StaffDirectory,
  bulk: BulkSend,
  account: BulkAccount | null,
): Promise<ErrorInfo | null> {
  if (!account) return errorOf('unknown_account', bulk.accountId, 'accountId');
  if (account.isDeleted) return errorOf('account_deleted', '', 'accountId');
  // While it is paused nobody sends it. Whoever resumes it is asked then.
  if (bulk.state === 'paused') return null;
  const access = await authoriseNow(staff, senderOf(bulk), managementOf(account));
  return access.ok ? null : errorOf('sender_not_allowed', wordsOf(access.error), 'sentBy');
}

function wordsOf(error: ErrorInfo): string {
  return error.code === 'permission_denied' ? (detailOf(error) ?? error.message) : 'they cannot sign in any more';
}
