import type { AccountRequestInput } from '@switchboard/contract/account';
import type { NewAccount } from '../store/account-requests.ts';

interface Asked {
  readonly requestId: string;
  readonly input: AccountRequestInput;
  readonly phoneE164: string;
  readonly team: string;
}

/** The account of a phone not seen before: it waits for a host to show its QR code. */
export function newAccount({ requestId, input, phoneE164, team }: Asked): NewAccount {
  return {
    name: input.name ?? phoneE164,
    phoneE164,
    team,
    externalId: null,
    status: 'connecting',
    statusReason: null,
    desired: 'online',
    linkMethod: 'qr',
    pendingRequest: { id: requestId, type: 'add' },
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
    createdBy: input.createdBy,
  };
}
