import type { Account } from './account.ts';
import { DEFAULT_LIMITS } from './limits.ts';

/** An account's fields but for the two timestamps only a server can give. */
export type NewAccount = Omit<Account, 'createdAt' | 'updatedAt'>;

type Given = Pick<Account, 'name' | 'phoneE164' | 'team' | 'createdBy'> & Partial<NewAccount>;

/** The account of a phone not seen before: wanted online, owned by nobody, waiting for a host to show its QR code. */
export function newAccount(given: Given): NewAccount {
  return {
    externalId: null,
    status: 'connecting',
    statusReason: null,
    desired: 'online',
    linkMethod: 'qr',
    pendingRequest: null,
    lastRequestAt: null,
    waJid: null,
    waLid: null,
    pushName: null,
    ownerHostId: null,
    reconnectAttempts: 0,
    lastConnectedAt: null,
    lastDisconnectedAt: null,
    lastDisconnect: null,
    lastEventAt: null,
    lastMessageAt: null,
    limits: DEFAULT_LIMITS,
    hold: null,
    ...given,
  };
}
