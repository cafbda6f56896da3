/** The thread lists of the console: every way of narrowing them, of one team and of all, of one number and of all. */
import type { ClientQuery } from './client-queries.ts';

type Part = Pick<ClientQuery, 'equals' | 'contains' | 'above'>;

const NARROWED: Readonly<Record<string, Part>> = {
  all: { equals: {} },
  unread: { equals: {}, above: ['unreadCount', 0] },
  'of one colleague': { equals: { assignedTo: 'agent' } },
  'of nobody': { equals: { assignedTo: null } },
  tagged: { equals: {}, contains: ['tags', 'vip'] },
};

const OF_NUMBERS: Readonly<Record<string, Part['equals']>> = {
  'of all numbers': {},
  'of one number': { accountId: 'shop' },
};

export function threadLists(
  scopes: Readonly<Record<string, Pick<ClientQuery, 'equals' | 'allowedTo'>>>,
): Readonly<Record<string, ClientQuery>> {
  const lists: Record<string, ClientQuery> = {};
  for (const [scope, { equals: team, allowedTo }] of Object.entries(scopes)) {
    for (const [numbers, account] of Object.entries(OF_NUMBERS)) {
      for (const [kind, part] of Object.entries(NARROWED)) {
        lists[`console, threads ${scope} ${numbers}: ${kind}`] = {
          collection: 'threads',
          ...part,
          equals: { ...team, archived: false, ...account, ...part.equals },
          orderBy: ['lastMessageAt', 'desc'],
          allowedTo,
        };
      }
    }
  }
  return lists;
}
