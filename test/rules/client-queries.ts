/**
 * The lists a front end shows, as queries under the rules. Rules do not filter: a query is refused unless they can
 * prove that everything it could find may be read, so each names its team or its author.
 */
import type { Person } from './environment.ts';
import { threadLists } from './thread-lists.ts';

export interface ClientQuery {
  /** A path; with `everywhere` the id of collections wherever they are. */
  readonly collection: string;
  readonly everywhere?: true;
  readonly equals: Readonly<Record<string, string | boolean | null>>;
  /** `in`: one of these. */
  readonly among?: readonly [field: string, values: readonly string[]];
  /** `array-contains` */
  readonly contains?: readonly [field: string, value: string];
  /** More than; found in the order of `orderBy`, then of this field, both descending. */
  readonly above?: readonly [field: string, value: number];
  readonly orderBy?: readonly [field: string, direction: 'asc' | 'desc'];
  readonly allowedTo: readonly Person[];
}

const OF_THE_TEAM: readonly Person[] = ['admin', 'manager', 'agent', 'manager of both teams'];
const MANAGEMENT_OF_THE_TEAM: readonly Person[] = ['admin', 'manager', 'manager of both teams'];
const STAFF: readonly Person[] = [...OF_THE_TEAM, 'manager of another team', 'agent of another team'];

export const CLIENT_QUERIES: Readonly<Record<string, ClientQuery>> = {
  'threads of a team': {
    collection: 'threads',
    equals: { team: 'main' },
    orderBy: ['lastMessageAt', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'threads of one account of a team': {
    collection: 'threads',
    equals: { team: 'main', accountId: 'shop' },
    orderBy: ['lastMessageAt', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'threads of all teams': {
    collection: 'threads',
    equals: {},
    orderBy: ['lastMessageAt', 'desc'],
    allowedTo: ['admin'],
  },
  'threads of one account of any team': {
    collection: 'threads',
    equals: { accountId: 'shop' },
    orderBy: ['lastMessageAt', 'desc'],
    allowedTo: ['admin'],
  },
  ...threadLists({
    'of a team': { equals: { team: 'main' }, allowedTo: OF_THE_TEAM },
    'of all teams': { equals: {}, allowedTo: ['admin'] },
  }),
  'messages of a thread as they were written': {
    collection: 'threads/shop__1/messages',
    equals: {},
    orderBy: ['createdAt', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'messages of a thread as WhatsApp took them': {
    collection: 'threads/shop__1/messages',
    equals: {},
    orderBy: ['tsServer', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'messages of a team that have a word': {
    collection: 'messages',
    everywhere: true,
    equals: { team: 'main' },
    contains: ['searchTokens', 'hello'],
    orderBy: ['createdAt', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'messages of several teams that have a word': {
    collection: 'messages',
    everywhere: true,
    equals: {},
    among: ['team', ['main', 'sales']],
    contains: ['searchTokens', 'hello'],
    orderBy: ['createdAt', 'desc'],
    allowedTo: ['admin', 'manager of both teams'],
  },
  'threads of a team by name or number': {
    collection: 'threads',
    equals: { team: 'main' },
    contains: ['searchTokens', 'ana'],
    orderBy: ['lastMessageAt', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'threads of several teams by name or number': {
    collection: 'threads',
    equals: {},
    among: ['team', ['main', 'sales']],
    contains: ['searchTokens', 'ana'],
    orderBy: ['lastMessageAt', 'desc'],
    allowedTo: ['admin', 'manager of both teams'],
  },
  'who is typing in a thread': {
    collection: 'threads/shop__1/typing',
    equals: {},
    allowedTo: OF_THE_TEAM,
  },
  'what waits longest of a team': {
    collection: 'outbox',
    equals: { team: 'main' },
    among: ['status', ['routed', 'processing']],
    orderBy: ['createdAt', 'asc'],
    allowedTo: MANAGEMENT_OF_THE_TEAM,
  },
  'what waits longest of all teams': {
    collection: 'outbox',
    equals: {},
    among: ['status', ['queued', 'routed', 'processing']],
    orderBy: ['createdAt', 'asc'],
    allowedTo: ['admin'],
  },
  'accounts of a team': { collection: 'accounts', equals: { team: 'main' }, allowedTo: OF_THE_TEAM },
  'accounts of all teams': { collection: 'accounts', equals: {}, allowedTo: ['admin'] },
  'what the agent sent': {
    collection: 'outbox',
    equals: { createdBy: 'agent' },
    orderBy: ['createdAt', 'desc'],
    allowedTo: ['admin', 'agent'],
  },
  'what a team sent': {
    collection: 'outbox',
    equals: { team: 'main' },
    orderBy: ['createdAt', 'desc'],
    allowedTo: MANAGEMENT_OF_THE_TEAM,
  },
  'what the manager asked of accounts': {
    collection: 'accountRequests',
    equals: { createdBy: 'manager' },
    orderBy: ['createdAt', 'desc'],
    allowedTo: ['admin', 'manager'],
  },
  'notes of a thread': {
    collection: 'threads/shop__1/notes',
    equals: {},
    orderBy: ['createdAt', 'desc'],
    allowedTo: OF_THE_TEAM,
  },
  'bulk sends of a team': {
    collection: 'bulkSends',
    equals: { team: 'main' },
    orderBy: ['createdAt', 'desc'],
    allowedTo: MANAGEMENT_OF_THE_TEAM,
  },
  'who of a bulk send has come how far': {
    collection: 'bulkSends/b1/recipients',
    equals: { state: 'failed' },
    orderBy: ['position', 'asc'],
    allowedTo: MANAGEMENT_OF_THE_TEAM,
  },
  'the audit log, newest first': { collection: 'auditLog', equals: {}, orderBy: ['at', 'desc'], allowedTo: ['admin'] },
  'opt-outs of a team': { collection: 'optOuts', equals: { team: 'main' }, allowedTo: OF_THE_TEAM },
  'quick replies of a team': { collection: 'quickReplies', equals: { team: 'main' }, allowedTo: OF_THE_TEAM },
  'hosts, the last heard of first': {
    collection: 'hosts',
    equals: {},
    orderBy: ['heartbeatAt', 'desc'],
    allowedTo: STAFF,
  },
  'incidents of an account': { collection: 'incidents', equals: { accountId: 'shop' }, allowedTo: STAFF },
  'open incidents': { collection: 'incidents', equals: { resolvedAt: null }, allowedTo: STAFF },
  'incidents, newest first': { collection: 'incidents', equals: {}, orderBy: ['ts', 'desc'], allowedTo: STAFF },
  users: { collection: 'users', equals: {}, allowedTo: STAFF },
};
