/**
 * Reads what the wire showed into plain messages and receipts. Pure: whatever is not known comes in as a parameter.
 * Nothing a person wrote is dropped: an unknown kind becomes `unsupported`.
 */
import { bareJid, parseJid } from '@switchboard/contract/jid';
import { normalizeMessageContent, proto, type WAMessage, type WAMessageUpdate } from '@whiskeysockets/baileys';
import type { WireContent, WireMessage, WireReceipt, WireSource } from './types.ts';

/** The fields of a message that carry something for the library or the phone, never for a person. */
const SILENT_FIELDS: ReadonlySet<string> = new Set([
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'stickerSyncRmrMessage',
  'botInvokeMessage',
  'keepInChatMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
]);

const { Type: Protocol } = proto.Message.ProtocolMessage;

/** Protocol messages that a person caused and will look for; all others are between devices. */
const SPOKEN_PROTOCOL = new Map<unknown, string>([
  [Protocol.REVOKE, 'revoke'],
  [Protocol.MESSAGE_EDIT, 'edit'],
]);

function unwrap(message: proto.IMessage): proto.IMessage {
  const plain = normalizeMessageContent(message) ?? message;
  const sent = plain.deviceSentMessage?.message;
  return sent ? unwrap(sent) : plain;
}

function wireKindOf(field: string): string {
  return field.replace(/Message(V\d+)?$/, '$1');
}

function textOf({ conversation, extendedTextMessage }: proto.IMessage): WireContent | null {
  const text = conversation ?? extendedTextMessage?.text ?? '';
  return text === '' ? null : { kind: 'text', text };
}

function reactionOf({ reactionMessage }: proto.IMessage): WireContent | null {
  if (!reactionMessage) return null;
  return { kind: 'reaction', emoji: reactionMessage.text ?? '', targetId: reactionMessage.key?.id ?? '' };
}

function unsupportedOf(message: proto.IMessage): WireContent | null {
  if (message.protocolMessage) {
    const wireKind = SPOKEN_PROTOCOL.get(message.protocolMessage.type);
    return wireKind === undefined ? null : { kind: 'unsupported', wireKind };
  }
  const field = Object.entries(message).find(([name, value]) => value !== null && !SILENT_FIELDS.has(name))?.[0];
  return field === undefined ? null : { kind: 'unsupported', wireKind: wireKindOf(field) };
}

/** What a message says, or `null` when it says nothing to a person. */
export function contentOf(wrapped: proto.IMessage): WireContent | null {
  const message = unwrap(wrapped);
  return textOf(message) ?? reactionOf(message) ?? unsupportedOf(message);
}

const { StubType } = proto.WebMessageInfo;

const MISSED_CALLS: ReadonlySet<unknown> = new Set([
  StubType.CALL_MISSED_VOICE,
  StubType.CALL_MISSED_VIDEO,
  StubType.CALL_MISSED_GROUP_VOICE,
  StubType.CALL_MISSED_GROUP_VIDEO,
]);

function contentOfInfo(info: WAMessage): WireContent | null {
  if (info.messageStubType === StubType.CIPHERTEXT) return { kind: 'undecryptable' };
  if (MISSED_CALLS.has(info.messageStubType)) return { kind: 'unsupported', wireKind: 'missedCall' };
  // Other stubs are notes on a group (somebody joined, the subject changed), not messages.
  if (info.messageStubType) return null;
  if (info.key.isViewOnce && !info.message) return { kind: 'unsupported', wireKind: 'viewOnce' };
  return info.message ? contentOf(info.message) : null;
}

/** Seconds since 1970 of a message. Live ones carry a number; those of the history a 64-bit integer object. */
export function sentAtSeconds({ messageTimestamp: seconds }: Pick<WAMessage, 'messageTimestamp'>): number {
  if (typeof seconds === 'number') return seconds;
  return seconds ? seconds.low >>> 0 : 0;
}

interface Chat {
  readonly jid: string;
  readonly isGroup: boolean;
}

/** The jid in its bare form, if it is one that a thread can be kept with. */
function chatOf(jid: string | null | undefined): Chat | null {
  const bare = bareJid(jid ?? '');
  const kind = bare === null ? undefined : parseJid(bare)?.kind;
  return bare !== null && (kind === 'pn' || kind === 'lid' || kind === 'group')
    ? { jid: bare, isGroup: kind === 'group' }
    : null;
}

function senderOf({ key, pushName }: WAMessage, chat: Chat): Pick<WireMessage, 'senderJid' | 'senderName'> {
  if (key.fromMe) return { senderJid: null, senderName: null };
  return { senderJid: chat.isGroup ? bareJid(key.participant ?? '') : chat.jid, senderName: pushName ?? null };
}

/**
 * @param otherSpelling the LID of a number or the number of a LID, as learned so far.
 * @returns `null` for what is no message of a conversation: device traffic, group notes, status updates, channels.
 */
export function fromWire(
  info: WAMessage,
  source: WireSource,
  otherSpelling: (jid: string) => string | null,
): WireMessage | null {
  const { key } = info;
  const chat = chatOf(key.remoteJid);
  const content = contentOfInfo(info);
  if (!chat || !content || !key.id) return null;
  const seconds = sentAtSeconds(info);
  return {
    waMessageId: key.id,
    source,
    chatJid: chat.jid,
    chatAltJid: altOf(key, chat, otherSpelling),
    isGroup: chat.isGroup,
    fromMe: key.fromMe === true,
    ...senderOf(info, chat),
    sentAt: seconds > 0 ? new Date(seconds * 1000) : null,
    content,
  };
}

function altOf(key: WAMessage['key'], chat: Chat, otherSpelling: (jid: string) => string | null): string | null {
  if (chat.isGroup) return null;
  // For what our own phone wrote, the other spelling on the envelope is that of the sender: ourselves.
  const told = key.fromMe ? null : bareJid(key.remoteJidAlt ?? '');
  const alt = told ?? otherSpelling(chat.jid);
  return alt === chat.jid ? null : alt;
}

const { Status } = proto.WebMessageInfo;

const RECEIPT_STATUSES = new Map<unknown, 'delivered' | 'read' | 'played'>([
  [Status.DELIVERY_ACK, 'delivered'],
  [Status.READ, 'read'],
  [Status.PLAYED, 'played'],
]);

/** A receipt of a 1:1 message we sent; `null` for every other update. Refusals come by the server's ack instead. */
export function receiptOf({ key, update }: WAMessageUpdate): WireReceipt | null {
  const status = RECEIPT_STATUSES.get(update.status);
  if (!status || key.fromMe !== true || !key.id) return null;
  return { waMessageId: key.id, status, errorCode: null, participantJid: null };
}

/** A receipt of a group message we sent, by one participant. */
export function groupReceiptOf(key: WAMessageUpdate['key'], receipt: proto.IUserReceipt): WireReceipt | null {
  if (key.fromMe !== true || !key.id) return null;
  const status = receipt.readTimestamp ? 'read' : receipt.receiptTimestamp ? 'delivered' : null;
  if (!status) return null;
  return { waMessageId: key.id, status, errorCode: null, participantJid: bareJid(receipt.userJid ?? '') };
}
