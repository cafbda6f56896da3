/** Which accounts a list shows. Pure. */
import type { Account } from '@switchboard/contract/account';
import { matchesSearch } from '@switchboard/contract/search';
import { isDeleted, needsAttention } from './next-step.ts';

export const FILTERS = ['all', 'attention', 'connected', 'deleted'] as const;
export type Filter = (typeof FILTERS)[number];

type Listed = Pick<Account, 'status' | 'statusReason' | 'desired' | 'hold' | 'name' | 'phoneE164' | 'team'>;

/** Deleted ones are shown only when they are asked for. */
export function fitsFilter(account: Listed, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return !isDeleted(account);
    case 'attention':
      return needsAttention(account);
    case 'connected':
      return account.status === 'connected' && !isDeleted(account);
    case 'deleted':
      return isDeleted(account);
  }
}

/** Words of the name or the team, or digits anywhere in the number. */
export function fitsSearch({ name, phoneE164, team }: Listed, search: string): boolean {
  const digits = search.replace(/\D/g, '').replace(/^0+/, '');
  if (digits.length >= 3 && phoneE164.includes(digits)) return true;
  return search.trim() === '' || matchesSearch(search, `${name} ${team}`);
}

export function countsOf(accounts: readonly Listed[]): Record<Filter, number> {
  const count = (filter: Filter) => accounts.filter((account) => fitsFilter(account, filter)).length;
  return { all: count('all'), attention: count('attention'), connected: count('connected'), deleted: count('deleted') };
}

export function isFilter(value: string | null): value is Filter {
  return FILTERS.some((filter) => filter === value);
}
