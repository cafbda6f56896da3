/** Builds the wire form of what staff send. Pure; one builder per kind of payload. */
import { bareJid, parseJid } from '@switchboard/contract/jid';
import type { Payload } from '@switchboard/contract/payload';
import type { Target } from '@switchboard/contract/target';
import { proto } from '@whiskeysockets/baileys';
import type { About } from './types.ts';

/** Bytes of the secret that lets the recipient's server report a message without reading it. */
export const MESSAGE_SECRET_BYTES = 32;

/** The message a payload is about, and how both ends are named in its chat. */
export interface Subject {
  readonly target: Target;
  /** Where it goes, as messages there are addressed. */
  readonly chatJid: string;
  /** Our own jid in the spelling this chat uses; `null` while unknown. */
  readonly ownJid: string | null;
  /** When staff asked for it. */
  readonly at: Date;
}

/** Our own two spellings, and what was learned of those of others. */
export interface Spellings {
  readonly id?: string | undefined;
  readonly lid?: string | undefined;
  readonly otherSpelling: (jid: string) => string | null;
}

/** People are named by LID where it is known, as messages to them are addressed. */
export function subjectOf({ recipientJid, target, createdAt }: About, spellings: Spellings): Subject | null {
  if (!target) return null;
  const lid = parseJid(recipientJid)?.kind === 'pn' ? spellings.otherSpelling(recipientJid) : null;
  const chatJid = lid ?? recipientJid;
  const isByNumber = parseJid(chatJid)?.kind === 'pn';
  const ownJid = bareJid((isByNumber ? undefined : spellings.lid) ?? spellings.id ?? '');
  return { target, chatJid, ownJid, at: createdAt.toDate() };
}

/**
 * @param messageSecret random; part of what is stored, so that a resend is the same message.
 * @returns the encoded message, before encryption and padding. @throws when it needs a subject and has none.
 */
export function toWire(payload: Payload, messageSecret: Uint8Array, subject: Subject | null = null): Uint8Array {
  return proto.Message.encode(proto.Message.create(messageOf(payload, messageSecret, subject))).finish();
}

function messageOf(payload: Payload, messageSecret: Uint8Array, subject: Subject | null): proto.IMessage {
  if (payload.kind === 'text') return textOf(payload.text, messageSecret, subject);
  if (!subject) throw new Error(`a ${payload.kind} needs the message it is about`);
  switch (payload.kind) {
    case 'reaction':
      return reactionOf(payload.emoji, subject);
    case 'edit':
      return editOf(payload.text, subject);
    case 'delete':
      return deletionOf(subject);
  }
}

function textOf(text: string, messageSecret: Uint8Array, subject: Subject | null): proto.IMessage {
  const contextInfo = subject && quoting(subject);
  return { extendedTextMessage: { text, contextInfo }, messageContextInfo: { messageSecret } };
}

function reactionOf(emoji: string | null, subject: Subject): proto.IMessage {
  return { reactionMessage: { key: keyOf(subject), text: emoji ?? '', senderTimestampMs: subject.at.getTime() } };
}

function editOf(text: string, subject: Subject): proto.IMessage {
  const type = proto.Message.ProtocolMessage.Type.MESSAGE_EDIT;
  const editedMessage = { extendedTextMessage: { text } };
  return { protocolMessage: { key: keyOf(subject), type, editedMessage, timestampMs: subject.at.getTime() } };
}

function deletionOf(subject: Subject): proto.IMessage {
  return { protocolMessage: { key: keyOf(subject), type: proto.Message.ProtocolMessage.Type.REVOKE } };
}

function keyOf({ target, chatJid }: Subject): proto.IMessageKey {
  const fromMe = target.direction === 'outbound';
  const isGroup = parseJid(chatJid)?.kind === 'group';
  return { remoteJid: chatJid, id: target.id, fromMe, ...(isGroup && !fromMe && { participant: target.senderJid }) };
}

function quoting({ target, chatJid, ownJid }: Subject): proto.IContextInfo {
  const author = target.direction === 'outbound' ? ownJid : (target.senderJid ?? chatJid);
  return { stanzaId: target.id, participant: author, quotedMessage: { conversation: target.body } };
}

/** Back from what `toWire` built. @throws when the bytes are no message. */
export function decodeBuilt(built: Uint8Array): proto.IMessage {
  return proto.Message.decode(built);
}

/** What the stanza itself says of an edit or a deletion, beside the message in it: WhatsApp's server goes by this. */
export function stanzaAttributesOf({ protocolMessage }: proto.IMessage): { readonly edit?: string } {
  const { Type } = proto.Message.ProtocolMessage;
  if (protocolMessage?.type === Type.MESSAGE_EDIT) return { edit: '1' };
  return protocolMessage?.type === Type.REVOKE ? { edit: '7' } : {};
}
