/** How many accounts are in which status, in the order people look for trouble. Pure. */
import type { AccountStatus } from '@switchboard/contract/account';

const ORDER: readonly AccountStatus[] = [
  'connected',
  'connecting',
  'qr_ready',
  'reconnecting',
  'needs_qr',
  'disconnected',
  'logged_out',
  'restricted',
];

export interface StatusCount {
  readonly status: AccountStatus;
  readonly count: number;
}

/** Deleted ones are no accounts any more; a status nobody is in is left out. */
export function countByStatus(accounts: readonly { readonly status: AccountStatus }[]): readonly StatusCount[] {
  return ORDER.map((status) => ({ status, count: accounts.filter((one) => one.status === status).length })).filter(
    ({ count }) => count > 0,
  );
}
