/** Reads whom an outbox entry names. Pure: whether they have a thread already is the store's to say. */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { bareJid, jidOfPhone, parseJid, phoneOfJid } from '@switchboard/contract/jid';
import type { OutboxInput } from '@switchboard/contract/outbox';
import { parsePhone } from '@switchboard/contract/phone';
import type { Country } from '../config.ts';
import { phoneErrorOf } from '../phone-error.ts';

/** Someone named by address: all that a new thread needs to know of them. */
export interface Address {
  readonly jid: string;
  readonly phoneE164: string | null;
  readonly lid: string | null;
  readonly isGroup: boolean;
}

export type ValidRecipient =
  { readonly kind: 'thread'; readonly threadId: string } | { readonly kind: 'address'; readonly address: Address };
export type Recipient = ValidRecipient | { readonly kind: 'invalid'; readonly error: ErrorInfo };

export function parseRecipient(
  input: Pick<OutboxInput, 'threadId' | 'toPhone' | 'toJid'>,
  country: Country | null,
): Recipient {
  if (input.threadId !== undefined) return { kind: 'thread', threadId: input.threadId };
  if (input.toPhone !== undefined) return recipientOfPhone(input.toPhone, country);
  return recipientOfJid(input.toJid ?? '');
}

function recipientOfPhone(text: string, country: Country | null): Recipient {
  const phoneE164 = parsePhone(text, country ?? undefined);
  if (phoneE164 === null) return { kind: 'invalid', error: phoneErrorOf(text, 'toPhone') };
  return { kind: 'address', address: { jid: jidOfPhone(phoneE164), phoneE164, lid: null, isGroup: false } };
}

function recipientOfJid(text: string): Recipient {
  const jid = bareJid(text);
  const kind = parseJid(text)?.kind;
  if (jid === null || kind === undefined) return invalidJid(`"${text}" is no WhatsApp address`);
  switch (kind) {
    case 'pn': {
      const phone = phoneOfJid(jid);
      const phoneE164 = phone === null ? null : parsePhone(phone);
      if (phoneE164 === null) return invalidJid(`"${text}" holds no phone number`);
      return { kind: 'address', address: { jid: jidOfPhone(phoneE164), phoneE164, lid: null, isGroup: false } };
    }
    case 'lid':
      return { kind: 'address', address: { jid, phoneE164: null, lid: jid, isGroup: false } };
    case 'group':
      return { kind: 'address', address: { jid, phoneE164: null, lid: null, isGroup: true } };
    case 'broadcast':
    case 'newsletter':
      return invalidJid(`messages to a ${kind === 'broadcast' ? 'broadcast list' : 'channel'} are not supported`);
  }
}

function invalidJid(detail: string): Recipient {
  return { kind: 'invalid', error: errorOf('invalid_request', detail, 'toJid') };
}
