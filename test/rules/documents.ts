/** One document of each collection, of account `shop` in team `main`, written by the agent. */
import { WHEN } from './environment.ts';

export const THREAD = {
  accountId: 'shop',
  team: 'main',
  clientJid: '1@lid',
  phoneE164: null,
  lid: '1@lid',
  displayName: 'Ana',
  isGroup: false,
  lastMessageAt: WHEN,
  lastMessageText: 'hello',
  lastMessageDirection: 'inbound',
  unreadCount: 2,
  assignedTo: null,
  tags: [],
  archived: false,
};

export const DOCUMENTS: Readonly<Record<string, Record<string, unknown>>> = {
  'accounts/shop': { name: 'Shop', team: 'main', status: 'qr_ready' },
  'accounts/shop/private/linking': { qr: 'secret', attempt: 1 },
  'accountRequests/r1': { type: 'connect', accountId: 'shop', createdBy: 'manager', createdAt: WHEN, status: 'queued' },
  'threads/shop__1': THREAD,
  'threads/shop__1/messages/m1': { accountId: 'shop', threadId: 'shop__1', body: 'hello', createdAt: WHEN },
  'outbox/o1': { accountId: 'shop', team: 'main', createdBy: 'agent', createdAt: WHEN, status: 'routed' },
  'hosts/h1': { state: 'running' },
  'incidents/i1': { accountId: 'shop', type: 'reconnecting', severity: 'high', ts: WHEN },
  'users/agent': { email: 'agent@demo.test', role: 'agent', teams: ['main'] },
  'identities/shop__1': { threadId: 'shop__1' },
  'leases/shop': { hostId: 'h1', epoch: 1 },
  'wa_sessions/shop': { creds: 'secret' },
  'wa_sessions/shop/keys/k1': { bytes: 'secret' },
  'wa_sessions/shop/backups/0': { creds: 'secret' },
  'anything/else': { is: 'refused' },
};
