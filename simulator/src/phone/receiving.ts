/** What a phone does with each stanza the server brings. One at a time: the phone's work queue calls this. */
import { isLinkProven } from '../wire/advertised-identity.ts';
import { isGroupJid, isListJid } from '../wire/jid.ts';
import { attrsOf, bytesOf, childOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { unpad } from '../wire/padding.ts';
import { proto } from '../wire/proto.ts';
import type { Device } from '../server/device.ts';
import { idsOf, routeReceipt } from '../server/receipts.ts';
import { maybeReply } from './auto-reply.ts';
import { answerCompanion } from './companion-requests.ts';
import { changeOf, contentOf } from './content.ts';
import { decryptGroupStanza, takeGroupReceipt } from './group-receiving.ts';
import type { Envelope } from './inbox.ts';
import type { Phone } from './phone.ts';
import { answerRetry, askAgain } from './retries.ts';
import { sessionOf } from './sending.ts';

export async function takePhoneStanza(phone: Phone, stanza: BinaryNode): Promise<void> {
  switch (stanza.tag) {
    case 'message':
      await takeMessage(phone, stanza);
      return;
    case 'receipt':
      phone.device.queue.confirm('receipt', requireAttr(stanza, 'id'));
      await takeReceipt(phone, stanza);
      return;
    case 'notification':
      phone.device.queue.confirm('notification', requireAttr(stanza, 'id'));
      return;
    case 'ack':
      takeAck(phone, stanza);
      return;
    case 'chatstate':
      takeTyping(phone, stanza);
      return;
    default:
      return;
  }
}

async function takeMessage(phone: Phone, stanza: BinaryNode): Promise<void> {
  const sender = phone.network.deviceOf(stanza.attrs['participant'] ?? requireAttr(stanza, 'from'));
  if (!sender) {
    phone.device.queue.confirm('message', requireAttr(stanza, 'id'));
    return;
  }
  const envelope = envelopeOf(phone, stanza, sender);
  const message = await (envelope.group === null ? decrypt : decryptGroupStanza)(phone, stanza, sender);
  if (!message) {
    phone.inbox.countUndecryptable(envelope);
    phone.network.stats.undecryptable += 1;
    phone.device.queue.confirm('message', envelope.id);
    askAgain(phone, stanza);
    return;
  }
  confirmDelivery(phone, stanza, sender);
  const sent = message.deviceSentMessage?.message ?? message;
  if (envelope.fromMe) await answerCompanion(phone, sender, envelope.id, sent);
  present(phone, envelope, sent);
}

function envelopeOf(phone: Phone, stanza: BinaryNode, sender: Device): Envelope {
  const from = requireAttr(stanza, 'from');
  const fromMe = sender.person === phone.person;
  const group = isGroupJid(from) ? from : null;
  const chat = stanza.attrs['recipient'];
  const to = fromMe && chat !== undefined ? (phone.network.personOf(chat)?.phone ?? null) : phone.person.phone;
  return {
    id: requireAttr(stanza, 'id'),
    from: sender.person.phone,
    to: group === null ? to : null,
    group,
    fromMe,
    replyTo: from,
    participant: group === null && !isListJid(from) ? null : sender.jid('lid'),
  };
}

/** `null` when it cannot be read, for whatever reason: the sender is asked to encrypt it again. */
async function decrypt(phone: Phone, stanza: BinaryNode, sender: Device): Promise<proto.Message | null> {
  const enc = childOf(stanza, 'enc');
  const ciphertext = bytesOf(enc);
  const type = enc?.attrs['type'];
  if (!ciphertext || (type !== 'pkmsg' && type !== 'msg')) return null;
  if (type === 'pkmsg' && !isDeviceProven(phone, stanza, sender)) return null;
  try {
    const plaintext = await phone.signal.decrypt(sessionOf(sender), type, ciphertext);
    return proto.Message.decode(unpad(plaintext));
  } catch {
    return null;
  }
}

/** A companion's first message must carry the proof of its link; once seen it is remembered. Phones need none. */
export function isDeviceProven(phone: Phone, stanza: BinaryNode, sender: Device): boolean {
  if (sender.id === 0 || phone.provenDevices.has(sender)) return true;
  const proof = bytesOf(childOf(stanza, 'device-identity'));
  const phoneIdentity = sender.person.devices.get(0)?.keys.identity;
  if (!proof || !phoneIdentity || !isLinkProven(proof, phoneIdentity, sender.keys.identity)) return false;
  phone.provenDevices.add(sender);
  return true;
}

/** The second tick for the sender; for a message of one's own other device, `sender`: the phone has it too. */
function confirmDelivery(phone: Phone, stanza: BinaryNode, sender: Device): void {
  const { id, from, participant, recipient, category } = stanza.attrs;
  const own = sender.person === phone.person;
  const type = category === 'peer' ? 'peer_msg' : own ? 'sender' : null;
  routeReceipt(phone.network, phone.device, node('receipt', attrsOf({ id, to: from, participant, recipient, type })));
}

/** Shows a message, or applies it to the one it is about. */
export function present(phone: Phone, envelope: Envelope, message: proto.IMessage): void {
  const change = changeOf(message);
  if (change) {
    phone.inbox.apply(envelope.from, change);
    return;
  }
  const content = contentOf(message);
  if (!content) return;
  // Who has written is no longer writing.
  phone.typing.delete(envelope.from);
  const isNew = phone.inbox.show(envelope, content);
  const { stats } = phone.network;
  stats.copies += 1;
  if (!isNew) stats.repeatedCopies += 1;
  else if (envelope.fromMe) phone.inbox.raiseStatus(envelope.id, 'sent');
  else maybeReply(phone, envelope, content);
}

async function takeReceipt(phone: Phone, receipt: BinaryNode): Promise<void> {
  const type = receipt.attrs['type'] ?? '';
  if (type === 'retry') {
    await answerRetry(phone, receipt);
    return;
  }
  if (type === 'read-self') {
    for (const id of idsOf(receipt)) {
      const shown = phone.inbox.find(id);
      if (shown) shown.isRead = true;
    }
    return;
  }
  if (isGroupJid(requireAttr(receipt, 'from'))) {
    takeGroupReceipt(phone, receipt);
    return;
  }
  const status = type === '' ? 'delivered' : type === 'read' || type === 'played' ? 'read' : null;
  if (status) for (const id of idsOf(receipt)) phone.inbox.raiseStatus(id, status);
}

function takeAck(phone: Phone, ack: BinaryNode): void {
  if (ack.attrs['class'] !== 'message') return;
  phone.inbox.raiseStatus(requireAttr(ack, 'id'), ack.attrs['error'] === undefined ? 'sent' : 'refused');
}

function takeTyping(phone: Phone, stanza: BinaryNode): void {
  const peer = phone.network.personOf(requireAttr(stanza, 'from'));
  const state = childOf(stanza, 'composing');
  if (!peer) return;
  if (state) phone.typing.set(peer.phone, state.attrs['media'] === 'audio' ? 'recording' : 'composing');
  else phone.typing.delete(peer.phone);
}
