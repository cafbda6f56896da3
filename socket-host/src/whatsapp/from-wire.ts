/**
 * Reads what the wire showed into plain messages. Pure: whatever is not known comes in as a parameter.
 * What a message says is `wire-content.ts`.
 */
import { storedMessageIdOf } from '@switchboard/contract/ids';
import { bareJid, parseJid } from '@switchboard/contract/jid';
import { isJidStatusBroadcast, proto, type WAMessage, type WAMessageKey } from '@whiskeysockets/baileys';
import { fittingName } from './fitting-text.ts';
import type { WireContent, WireMessage, WireSource } from './types.ts';
import { contentOf } from './wire-content.ts';

const { StubType, Status } = proto.WebMessageInfo;

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

/** The last that Firestore can store. */
const LAST_SECOND = 253_402_300_799;

const RECEIPT_STATUSES = new Map<unknown, 'delivered' | 'read' | 'played'>([
  [Status.DELIVERY_ACK, 'delivered'],
  [Status.READ, 'read'],
  [Status.PLAYED, 'played'],
]);

interface Chat {
  readonly jid: string;
  readonly isGroup: boolean;
}

/**
 * Whose thread a message belongs to. What a customer sends through a broadcast list is named by the list, and phones show it in the
 * direct chat with who sent it. What our own phone sends through one belongs to each on the list, and they are not told here.
 */
function chatJidOf({ remoteJid, participant, fromMe }: WAMessageKey): string {
  const jid = remoteJid ?? '';
  const isOfList = parseJid(jid)?.kind === 'broadcast' && !isJidStatusBroadcast(jid);
  return isOfList && !fromMe ? (participant ?? '') : jid;
}

/** The chat of a message, if it is one that a thread can be kept with. */
function chatOf(key: WAMessageKey): Chat | null {
  const bare = bareJid(chatJidOf(key));
  const kind = bare === null ? undefined : parseJid(bare)?.kind;
  return bare !== null && (kind === 'pn' || kind === 'lid' || kind === 'group')
    ? { jid: bare, isGroup: kind === 'group' }
    : null;
}

function senderOf({ key, pushName }: WAMessage, chat: Chat): Pick<WireMessage, 'senderJid' | 'senderName'> {
  if (key.fromMe) return { senderJid: null, senderName: null };
  const senderName = pushName ? fittingName(pushName) : null;
  return { senderJid: chat.isGroup ? bareJid(key.participant ?? '') : chat.jid, senderName };
}

/** How far one of the past came, as the phone knows. In a group it takes all members, and it does not say who they were. */
function pastStatusOf({ key, status }: WAMessage, source: WireSource, { isGroup }: Chat): Pick<WireMessage, 'status'> {
  const reached = source === 'history' && key.fromMe && !isGroup ? RECEIPT_STATUSES.get(status) : undefined;
  return reached ? { status: reached } : {};
}

/**
 * @param otherSpelling the LID of a number or the number of a LID, as learned so far.
 * @param wasSetAside whether it is known to have come before and not to have been read. A repetition by its sender says so itself.
 * @returns `null` for what is no message of a conversation: device traffic, group notes, status updates, channels, what our phone sent
 *   through a broadcast list.
 */
export function fromWire(
  info: WAMessage,
  source: WireSource,
  otherSpelling: (jid: string) => string | null,
  wasSetAside = false,
): WireMessage | null {
  const { key, retryCount = 0 } = info;
  const chat = chatOf(key);
  // From device to device: nobody waits for it, whether it can be read or not.
  if (info.category === 'peer') return null;
  const content = contentOfInfo(info) ?? (wasSetAside || retryCount > 0 ? ({ kind: 'nothing' } as const) : null);
  if (!chat || !content || !key.id) return null;
  const seconds = sentAtSeconds(info);
  return {
    waMessageId: storedMessageIdOf(key.id),
    source,
    chatJid: chat.jid,
    chatAltJid: altOf(key, chat, otherSpelling),
    isGroup: chat.isGroup,
    fromMe: key.fromMe === true,
    ...senderOf(info, chat),
    sentAt: seconds > 0 && seconds <= LAST_SECOND ? new Date(seconds * 1000) : null,
    ...pastStatusOf(info, source, chat),
    content,
  };
}

function altOf(key: WAMessage['key'], chat: Chat, otherSpelling: (jid: string) => string | null): string | null {
  if (chat.isGroup) return null;
  // The other spelling on the envelope is that of the sender, also where a broadcast list stands for the chat. For what our own phone
  // wrote that is ourselves.
  const told = key.fromMe ? null : bareJid(key.remoteJidAlt ?? '');
  const alt = told ?? otherSpelling(chat.jid);
  return alt === chat.jid ? null : alt;
}
