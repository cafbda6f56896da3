/**
 * The lists a front end shows, as queries under the rules. Rules do not filter: a query is refused unless they can
 * prove that everything it could find may be read, so each names its team or its author.
 */
import type { Person } from './environment.ts';

export interface ClientQuery {
  readonly collection: string;
  readonly equals: Readonly<Record<string, string>>;
  readonly orderBy?: readonly [field: string, direction: 'asc' | 'desc'];
  readonly allowedTo: readonly Person[];
}

const STAFF: readonly Person[] = ['admin', 'manager', 'agent', 'manager of another team', 'agent of another team'];
const OF_THE_TEAM: readonly Person[] = ['admin', 'manager', 'agent'];

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
    allowedTo: ['admin', 'manager'],
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
    allowedTo: ['admin', 'manager'],
  },
  'who of a bulk send has come how far': {
    collection: 'bulkSends/b1/recipients',
    equals: { state: 'failed' },
    orderBy: ['position', 'asc'],
    allowedTo: ['admin', 'manager'],
  },
  'the audit log, newest first': { collection: 'auditLog', equals: {}, orderBy: ['at', 'desc'], allowedTo: ['admin'] },
  'opt-outs of a team': { collection: 'optOuts', equals: { team: 'main' }, allowedTo: OF_THE_TEAM },
  'quick replies of a team': { collection: 'quickReplies', equals: { team: 'main' }, allowedTo: OF_THE_TEAM },
  hosts: { collection: 'hosts', equals: {}, allowedTo: STAFF },
  'incidents, newest first': { collection: 'incidents', equals: {}, orderBy: ['ts', 'desc'], allowedTo: STAFF },
  users: { collection: 'users', equals: {}, allowedTo: STAFF },
};
