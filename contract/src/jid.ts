/**
 * WhatsApp addresses. A person has a phone-number jid (`40712345678@s.whatsapp.net`) and, since WhatsApp
 * hides numbers, a LID jid (`1234567890@lid`); both may carry a device (`user:7@server`). Pure.
 */

const SERVERS = {
  's.whatsapp.net': 'pn',
  'c.us': 'pn',
  lid: 'lid',
  'g.us': 'group',
  broadcast: 'broadcast',
  newsletter: 'newsletter',
} as const;

/** What a jid names: a phone number, a LID (number hidden), a group, a broadcast list or a channel. */
export type JidKind = (typeof SERVERS)[keyof typeof SERVERS];

export interface Jid {
  readonly user: string;
  /** 0 is the phone itself; linked devices count up from 1. */
  readonly device: number;
  readonly kind: JidKind;
}

const JID_PATTERN = /^([0-9a-zA-Z-]{1,64})(?:_\d+)?(?::(\d{1,5}))?@([a-z.]+)$/;

function kindOfServer(server: string): JidKind | null {
  return Object.hasOwn(SERVERS, server) ? SERVERS[server as keyof typeof SERVERS] : null;
}

/** Reads any jid WhatsApp or a client may name; `null` when it is none. */
export function parseJid(text: string): Jid | null {
  const match = JID_PATTERN.exec(text);
  if (!match) return null;
  const [, user, device, server] = match;
  const kind = kindOfServer(server ?? '');
  if (!kind || user === undefined) return null;
  return { user, device: device === undefined ? 0 : Number(device), kind };
}

const CANONICAL_SERVER: Record<JidKind, string> = {
  pn: 's.whatsapp.net',
  lid: 'lid',
  group: 'g.us',
  broadcast: 'broadcast',
  newsletter: 'newsletter',
};

/** The person or group a jid names, without device, in the one canonical spelling; `null` when it is no jid. */
export function bareJid(text: string): string | null {
  const jid = parseJid(text);
  return jid ? `${jid.user}@${CANONICAL_SERVER[jid.kind]}` : null;
}

/** `+40712345678` → `40712345678@s.whatsapp.net`. */
export function jidOfPhone(phoneE164: string): string {
  return `${phoneE164.replace(/^\+/, '')}@s.whatsapp.net`;
}

/** `40712345678:3@s.whatsapp.net` → `+40712345678`; `null` for a LID, a group or no jid at all. */
export function phoneOfJid(text: string): string | null {
  const jid = parseJid(text);
  return jid?.kind === 'pn' && /^\d+$/.test(jid.user) ? `+${jid.user}` : null;
}
