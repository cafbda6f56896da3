/** What a person can be told to write, and the message that makes of it. */
import { z } from 'zod';
import { proto } from '../wire/proto.ts';
import type { Person } from '../server/device.ts';
import type { DisplayedMessage } from '../phone/inbox.ts';
import type { Phone } from '../phone/phone.ts';
import { ControlRefusal } from './refusal.ts';

export const phoneSchema = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number in E.164, such as +40712345678');

const location = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: z.string().optional(),
});

export const writtenSchema = z
  .strictObject({
    to: phoneSchema,
    /** Which of the two addresses the message goes to; the phone's own habit by default. */
    addressing: z.enum(['lid', 'pn']).optional(),
    /** Through the phone's broadcast list, on which `to` is. */
    viaList: z.boolean().optional(),
    text: z.string().min(1).max(65_536).optional(),
    /** With `text`: the id of the message it answers. */
    quote: z.string().min(1).optional(),
    react: z.strictObject({ id: z.string().min(1), emoji: z.string() }).optional(),
    edit: z.strictObject({ id: z.string().min(1), text: z.string().min(1) }).optional(),
    revoke: z.strictObject({ id: z.string().min(1) }).optional(),
    location: location.optional(),
    contact: z.strictObject({ name: z.string().min(1), phone: phoneSchema }).optional(),
    /** Any message, in the JSON form of the `Message` protobuf. */
    raw: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ text, react, edit, revoke, location, contact, raw }) => {
    return [text, react, edit, revoke, location, contact, raw].filter((kind) => kind !== undefined).length === 1;
  }, 'exactly one of text, react, edit, revoke, location, contact and raw is needed');
export type Written = z.infer<typeof writtenSchema>;

export function messageOf(phone: Phone, to: Person, written: Written): proto.IMessage {
  const { text, react, edit, revoke, location: place, contact, raw } = written;
  const chat = to.jid(written.addressing ?? phone.options.addressing);
  if (text !== undefined) return textMessage(phone, to, text, written.quote);
  if (react) return reactionOf(keyOf(phone, chat, react.id), react.emoji);
  if (edit) return editOf(keyOf(phone, chat, edit.id), edit.text);
  if (revoke) return revocationOf(keyOf(phone, chat, revoke.id));
  if (place) {
    const { latitude, longitude, name } = place;
    return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, name: name ?? null } };
  }
  if (contact) return { contactMessage: { displayName: contact.name, vcard: vcardOf(contact.name, contact.phone) } };
  return rawMessage(raw ?? {});
}

function keyOf(phone: Phone, remoteJid: string, id: string): proto.IMessageKey {
  const shown = phone.inbox.find(id);
  if (!shown) throw new ControlRefusal(404, 'unknown_message', `this phone shows no message ${id}`, 'id');
  return { remoteJid, id, fromMe: shown.fromMe };
}

export function reactionOf(key: proto.IMessageKey, emoji: string): proto.IMessage {
  return { reactionMessage: { key, text: emoji, senderTimestampMs: Date.now() } };
}

export function editOf(key: proto.IMessageKey, text: string): proto.IMessage {
  const type = proto.Message.ProtocolMessage.Type.MESSAGE_EDIT;
  return { protocolMessage: { key, type, timestampMs: Date.now(), editedMessage: { conversation: text } } };
}

export function revocationOf(key: proto.IMessageKey): proto.IMessage {
  return { protocolMessage: { key, type: proto.Message.ProtocolMessage.Type.REVOKE } };
}

function textMessage(phone: Phone, to: Person, text: string, quote: string | undefined): proto.IMessage {
  if (quote === undefined) return { conversation: text };
  const quoted = phone.inbox.find(quote);
  if (!quoted) throw new ControlRefusal(404, 'unknown_message', `this phone shows no message ${quote}`, 'quote');
  return quoting(text, quoted, quoted.fromMe ? phone.person : to);
}

export function quoting(text: string, { id, text: before }: DisplayedMessage, author: Person): proto.IMessage {
  const quotedMessage = { conversation: before ?? '' };
  return {
    extendedTextMessage: { text, contextInfo: { stanzaId: id, participant: author.jid('lid'), quotedMessage } },
  };
}

function vcardOf(name: string, phone: string): string {
  return `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${phone.slice(1)}:${phone}\nEND:VCARD`;
}

function rawMessage(raw: Record<string, unknown>): proto.IMessage {
  try {
    return proto.Message.fromObject(raw);
  } catch (error) {
    throw new ControlRefusal(
      400,
      'invalid_request',
      `raw: ${error instanceof Error ? error.message : 'unreadable'}`,
      'raw',
    );
  }
}
