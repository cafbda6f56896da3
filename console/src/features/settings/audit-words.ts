/** The particulars of an audit entry on one line. Pure. */
import type { AuditEntry } from '@switchboard/contract/audit';

/** What was chosen, and whom it was done to; an account is named beside it already. */
export function detailsWords(
  { action, accountId, target, details }: Pick<AuditEntry, 'action' | 'accountId' | 'target' | 'details'>,
  nameOf: (uid: string) => string,
): string {
  const isOfUser = action.startsWith('user.');
  const whom = target === null || target === accountId ? [] : [isOfUser ? nameOf(target) : target];
  const chosen = Object.entries(details)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${String(value)}`);
  return [...whom, ...chosen].join(' · ');
}
