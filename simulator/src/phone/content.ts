/** What a person sees of a protobuf message, and what it changes of another. Pure. */
import { proto } from '../wire/proto.ts';
import type { Content } from './inbox.ts';

/** What is not shown by itself but changes something shown. */
export type Change =
  | { readonly is: 'reaction'; readonly id: string; readonly emoji: string }
  | { readonly is: 'edit'; readonly id: string; readonly text: string }
  | { readonly is: 'revoke'; readonly id: string };

/** Wrappers around a message that is shown as if it stood alone. */
function unwrap(message: proto.IMessage): proto.IMessage {
  const inner =
    message.ephemeralMessage ??
    message.viewOnceMessage ??
    message.viewOnceMessageV2 ??
    message.documentWithCaptionMessage ??
    message.editedMessage;
  return inner?.message ? unwrap(inner.message) : message;
}

export function changeOf(message: proto.IMessage): Change | null {
  const { reactionMessage, protocolMessage } = unwrap(message);
  if (reactionMessage?.key?.id)
    return { is: 'reaction', id: reactionMessage.key.id, emoji: reactionMessage.text ?? '' };
  const id = protocolMessage?.key?.id;
  if (!protocolMessage || !id) return null;
  if (protocolMessage.type === proto.Message.ProtocolMessage.Type.REVOKE) return { is: 'revoke', id };
  if (protocolMessage.editedMessage) return { is: 'edit', id, text: textOf(protocolMessage.editedMessage) ?? '' };
  return null;
}

/** `null` for what no person ever sees: keys, history, settings. */
export function contentOf(message: proto.IMessage): Content | null {
  const plain = unwrap(message);
  const kind = kindOf(plain);
  if (kind === null) return null;
  const context = contextOf(plain);
  const quotedText = context?.quotedMessage ? textOf(unwrap(context.quotedMessage)) : null;
  return { kind, text: textOf(plain), quotedId: context?.stanzaId ?? null, quotedText };
}

/** Everything that travels beside the content. */
const UNSEEN = new Set(['protocolMessage', 'senderKeyDistributionMessage', 'messageContextInfo', 'reactionMessage']);

function kindOf(message: proto.IMessage): string | null {
  if (message.conversation != null || message.extendedTextMessage) return 'text';
  const field = Object.entries(message).find(([name, value]) => value != null && !UNSEEN.has(name))?.[0];
  return field === undefined ? null : field.replace(/Message(V\d)?$/, '');
}

function textOf(message: proto.IMessage): string | null {
  const texts = [
    message.conversation,
    message.extendedTextMessage?.text,
    captionOf(message),
    message.locationMessage?.name,
    message.contactMessage?.displayName,
    message.pollCreationMessage?.name,
    message.pollCreationMessageV3?.name,
  ];
  return texts.find((text) => text != null) ?? null;
}

function captionOf(message: proto.IMessage): string | null {
  return (message.imageMessage ?? message.videoMessage ?? message.documentMessage)?.caption ?? null;
}

function contextOf(message: proto.IMessage): proto.IContextInfo | null {
  const part = message.extendedTextMessage ?? message.imageMessage ?? message.videoMessage ?? message.documentMessage;
  return part?.contextInfo ?? null;
}
