/** What the list is narrowed to. It lives in the address, so that a link, a reload and the back button keep it. Pure. */
import type { ThreadsWanted } from '../../../lib/firestore/queries.ts';

export const SHOWS = ['all', 'unread', 'mine', 'unassigned', 'archived'] as const;
export type Show = (typeof SHOWS)[number];

export interface ListFilter {
  readonly show: Show;
  readonly accountId: string | null;
  readonly tag: string | null;
}

export const NO_FILTER: ListFilter = { show: 'all', accountId: null, tag: null };

export function parseFilter(params: URLSearchParams): ListFilter {
  const show = SHOWS.find((one) => one === params.get('show')) ?? 'all';
  return { show, accountId: params.get('account'), tag: params.get('tag') };
}

/** Leaves what it does not know in the address alone. */
export function withFilter(params: URLSearchParams, filter: ListFilter): URLSearchParams {
  const next = new URLSearchParams(params);
  const entries = { show: filter.show === 'all' ? null : filter.show, account: filter.accountId, tag: filter.tag };
  for (const [name, value] of Object.entries(entries)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

export function isFiltered({ show, accountId, tag }: ListFilter): boolean {
  return show !== 'all' || accountId !== null || tag !== null;
}

/** @param uid whose threads "mine" are. A tag takes the place of the other choices: the server narrows by one thing at a time. */
export function wantedBy({ show, accountId, tag }: ListFilter, uid: string): ThreadsWanted {
  const only: Record<Show, ThreadsWanted['only']> = {
    all: { kind: 'all' },
    unread: { kind: 'unread' },
    mine: { kind: 'assigned', to: uid },
    unassigned: { kind: 'assigned', to: null },
    archived: { kind: 'all' },
  };
  return {
    accountId,
    isArchived: show === 'archived',
    only: tag === null ? only[show] : { kind: 'tag', tag },
  };
}
