/** Addresses of devices: `40712345678:3@s.whatsapp.net`, `18005551234:3@lid`, of groups and of broadcast lists. Pure. */

/** Where the servers' own stanzas come from: an empty user. Clients compare this text exactly. */
export const SERVER_JID = '@s.whatsapp.net';

export type AddressingMode = 'pn' | 'lid';

export interface DeviceAddress {
  readonly user: string;
  /** 0 is the phone, linked companions count up from 1. */
  readonly device: number;
  readonly server: string;
}

const ADDRESS = /^([0-9a-zA-Z-]+)(?:_\d+)?(?::(\d{1,5}))?@([a-z.]+)$/;

export function parseAddress(jid: string): DeviceAddress | null {
  const match = ADDRESS.exec(jid);
  const [, user, device, server] = match ?? [];
  if (user === undefined || server === undefined) return null;
  return { user, device: device === undefined ? 0 : Number(device), server };
}

export function modeOf(jid: string): AddressingMode {
  return jid.endsWith('@lid') ? 'lid' : 'pn';
}

export function isGroupJid(jid: string): boolean {
  return jid.endsWith('@g.us');
}

/** Of a broadcast list. Status updates are not told from lists here. */
export function isListJid(jid: string): boolean {
  return jid.endsWith('@broadcast');
}

export function phoneJid(digits: string, device = 0): string {
  return `${digits}${device === 0 ? '' : `:${String(device)}`}@s.whatsapp.net`;
}

export function lidJid(lid: string, device = 0): string {
  return `${lid}${device === 0 ? '' : `:${String(device)}`}@lid`;
}
