/**
 * What a message says, one reader per kind of content. Pure. Nothing a person wrote is dropped: an unknown kind becomes
 * `unsupported`.
 */
import { storedMessageIdOf } from '@switchboard/contract/ids';
import { bareJid } from '@switchboard/contract/jid';
import { normalizeMessageContent, proto } from '@whiskeysockets/baileys';
import { fittingEmoji, fittingText } from './fitting-text.ts';
import type { WireContent, WireQuote } from './types.ts';

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

/** Says what a message says, if it is of its kind. */
type Reader = (message: proto.IMessage) => WireContent | null;

/** The first that knows its kind decides. */
const READERS: readonly Reader[] = [textOf, reactionOf, editOf, deletionOf, unsupportedOf];

/** What a message says, or `null` when it says nothing to a person. */
export function contentOf(wrapped: proto.IMessage): WireContent | null {
  const message = unwrap(wrapped);
  for (const read of READERS) {
    const content = read(message);
    if (content) return content;
  }
  return null;
}

function unwrap(message: proto.IMessage): proto.IMessage {
  const plain = normalizeMessageContent(message) ?? message;
  const sent = plain.deviceSentMessage?.message;
  return sent ? unwrap(sent) : plain;
}

function plainTextOf({ conversation, extendedTextMessage }: proto.IMessage): string | null {
  const text = conversation ?? extendedTextMessage?.text ?? '';
  return text === '' ? null : text;
}

function textOf(message: proto.IMessage): WireContent | null {
  const text = plainTextOf(message);
  if (text === null) return null;
  const quote = quoteOf(message.extendedTextMessage?.contextInfo);
  return { kind: 'text', text: fittingText(text), ...(quote && { quote }) };
}

function quoteOf(context: proto.IContextInfo | null | undefined): WireQuote | null {
  if (!context?.stanzaId) return null;
  return {
    waMessageId: storedMessageIdOf(context.stanzaId),
    authorJid: bareJid(context.participant ?? ''),
    text: context.quotedMessage ? plainTextOf(unwrap(context.quotedMessage)) : null,
  };
}

function reactionOf({ reactionMessage }: proto.IMessage): WireContent | null {
  const targetId = targetOf(reactionMessage?.key);
  if (!reactionMessage || targetId === null) return null;
  const { text, senderTimestampMs } = reactionMessage;
  return { kind: 'reaction', targetId, emoji: text ? fittingEmoji(text) : null, at: timeOf(senderTimestampMs) };
}

function editOf({ protocolMessage }: proto.IMessage): WireContent | null {
  const targetId = targetOf(protocolMessage?.key);
  if (protocolMessage?.type !== Protocol.MESSAGE_EDIT || targetId === null || !protocolMessage.editedMessage)
    return null;
  const message = unwrap(protocolMessage.editedMessage);
  const caption = (message.imageMessage ?? message.videoMessage ?? message.documentMessage)?.caption;
  const text = fittingText(plainTextOf(message) ?? caption ?? '');
  return { kind: 'edit', targetId, text, at: timeOf(protocolMessage.timestampMs) };
}

function deletionOf({ protocolMessage }: proto.IMessage): WireContent | null {
  const targetId = targetOf(protocolMessage?.key);
  return protocolMessage?.type === Protocol.REVOKE && targetId !== null ? { kind: 'delete', targetId } : null;
}

/** The message a change is about: its sender may name anything. */
function targetOf(key: proto.IMessageKey | null | undefined): string | null {
  return key?.id ? storedMessageIdOf(key.id) : null;
}

function unsupportedOf(message: proto.IMessage): WireContent | null {
  // What is left of these is between devices.
  if (message.protocolMessage) return null;
  const field = Object.entries(message).find(([name, value]) => value !== null && !SILENT_FIELDS.has(name))?.[0];
  return field === undefined ? null : { kind: 'unsupported', wireKind: field.replace(/Message(V\d+)?$/, '$1') };
}

/** The last moment Firestore can store. */
const LAST_MS = 253_402_300_799_999;

/** Milliseconds of the wire: a number, or a 64-bit integer object. What is no moment (a client that tells microseconds) is not told. */
function timeOf(millis: proto.Message.IReactionMessage['senderTimestampMs']): Date | null {
  const ms = millis ? Number(millis.toString()) : 0;
  return ms > 0 && ms <= LAST_MS ? new Date(ms) : null;
}
