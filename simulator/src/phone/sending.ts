/** How a phone writes: encrypts for every device of the other side and for its own companions, and hands it over. */
import { isGroupJid, isListJid, type AddressingMode } from '../wire/jid.ts';
import { attrsOf, node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { pad } from '../wire/padding.ts';
import { proto } from '../wire/proto.ts';
import type { Device, Person } from '../server/device.ts';
import { takeBundleOf } from '../server/device-changes.ts';
import { routeMessage } from '../server/messages.ts';
import { changeOf, contentOf } from './content.ts';
import type { Phone, SentMessage } from './phone.ts';

/** Remembered for retries. */
const KEPT_SENT = 2000;

/** One session per device, whichever of its two addresses is used. */
export function sessionOf(device: Device): string {
  return device.jid('lid');
}

export async function encryptFor(phone: Phone, device: Device, message: proto.IMessage): Promise<BinaryNode> {
  const session = sessionOf(device);
  if (!phone.signal.hasSession(session)) await phone.signal.startSession(session, takeBundleOf(phone.network, device));
  const plaintext = pad(proto.Message.encode(message).finish());
  const { type, ciphertext } = await phone.signal.encrypt(session, plaintext);
  return node('enc', { v: '2', type }, ciphertext);
}

/** What one's own other devices get: the message and the chat it belongs to. */
export function deviceSent(destinationJid: string, message: proto.IMessage): proto.IMessage {
  return { deviceSentMessage: { destinationJid, message } };
}

/** What no person sees: a phone and its companions among themselves. */
export async function sendPeerMessage(phone: Phone, companion: Device, message: proto.IMessage): Promise<void> {
  const enc = await encryptFor(phone, companion, message);
  const attrs = { id: phone.newMessageId(), to: companion.jid('pn'), type: 'text', category: 'peer' };
  routeMessage(phone.network, phone.device, node('message', attrs, [enc]));
}

/** How a message to a person goes out; by the phone's own habit and directly unless told otherwise. */
export interface Way {
  readonly addressing?: AddressingMode | undefined;
  readonly viaList?: boolean | undefined;
}

/** Sends and returns the id at once; encryption follows in the phone's order. */
export function sendTo(
  phone: Phone,
  to: Person,
  message: proto.IMessage,
  { addressing: mode = phone.options.addressing, viaList = false }: Way = {},
): { id: string; done: Promise<void> } {
  const id = phone.newMessageId();
  const sent: SentMessage = { id, to: viaList ? phone.list : to.jid(mode), mode, message };
  remember(phone, sent);
  display(phone, to, id, message);
  const done = phone.whenOnline(async () => {
    await transmit(phone, to, sent);
    const again = (fault: { variant: string }): boolean => fault.variant === 'reencrypted';
    if (phone.network.faults.take('duplicate', to.phone, again)) await transmit(phone, to, sent);
  });
  return { id, done };
}

export function remember(phone: Phone, sent: SentMessage): void {
  phone.sent.set(sent.id, sent);
  const [oldest] = phone.sent.keys();
  if (phone.sent.size > KEPT_SENT && oldest !== undefined) phone.sent.delete(oldest);
}

function display(phone: Phone, to: Person, id: string, message: proto.IMessage): void {
  const from = phone.person.phone;
  const change = changeOf(message);
  if (change) phone.inbox.apply(from, change);
  const content = contentOf(message);
  if (!content) return;
  phone.inbox.show(
    { id, from, to: to.phone, group: null, fromMe: true, replyTo: to.jid('lid'), participant: null },
    content,
  );
}

async function transmit(phone: Phone, to: Person, sent: SentMessage): Promise<void> {
  const peers = to === phone.person ? [] : [...to.devices.values()];
  const copies: BinaryNode[] = [];
  for (const device of [...peers, ...phone.person.companions]) {
    const own = device.person === phone.person;
    const enc = await encryptFor(phone, device, own ? deviceSent(sent.to, sent.message) : sent.message);
    copies.push(node('to', { jid: device.jid(sent.mode) }, [enc]));
  }
  const attrs = attrsOf({
    id: sent.id,
    to: sent.to,
    type: typeOf(sent.message),
    edit: editMarkOf(sent.message),
    addressing_mode: isListJid(sent.to) ? sent.mode : null,
  });
  routeMessage(phone.network, phone.device, node('message', attrs, [node('participants', {}, copies)]));
}

/** What a device that could not read a message says of it: how often it has asked, and the message's own time. */
export interface Asked {
  readonly count: string;
  readonly t: string | undefined;
}

/** The same message with its time, encrypted once more under a new session for the one device that asked. */
export async function resend(phone: Phone, sent: SentMessage, device: Device, { count, t }: Asked): Promise<void> {
  const own = device.person === phone.person;
  const isGroup = isGroupJid(sent.to);
  const message = isGroup ? phone.groupKeys.addTo(sent.message, sent.to) : sent.message;
  const enc = await encryptFor(phone, device, own ? deviceSent(sent.to, message) : message);
  const counted = node('enc', { ...enc.attrs, count }, enc.content);
  const isList = isListJid(sent.to);
  const address = device.jid(sent.mode);
  const attrs = attrsOf({
    id: sent.id,
    ...(isGroup || isList ? { to: sent.to, participant: address } : { to: address, recipient: own ? sent.to : null }),
    type: typeOf(sent.message),
    edit: editMarkOf(sent.message),
    addressing_mode: isList ? sent.mode : null,
    t,
    device_fanout: 'false',
  });
  routeMessage(phone.network, phone.device, node('message', attrs, [counted]));
}

export function typeOf(message: proto.IMessage): string {
  if (message.reactionMessage) return 'reaction';
  if (message.pollCreationMessage ?? message.pollCreationMessageV3) return 'poll';
  return (message.imageMessage ?? message.locationMessage ?? message.contactMessage) ? 'media' : 'text';
}

/** Edits and revocations are marked on the stanza too. */
export function editMarkOf(message: proto.IMessage): string | null {
  const type = message.protocolMessage?.type;
  if (type === proto.Message.ProtocolMessage.Type.REVOKE) return '7';
  return type === proto.Message.ProtocolMessage.Type.MESSAGE_EDIT ? '1' : null;
}
