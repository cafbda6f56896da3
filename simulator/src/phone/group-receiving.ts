/**
 * How a phone reads what is sent to a group. One stanza can hold two ciphertexts: the sender's key, encrypted for
 * this phone alone, and before or after it the message that this key opens.
 */
import { idsOf } from '../server/receipts.ts';
import type { Device } from '../server/device.ts';
import { bytesOf, childrenOf, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { unpad } from '../wire/padding.ts';
import { proto } from '../wire/proto.ts';
import type { Phone } from './phone.ts';
import { sessionOf } from './sending.ts';

/** @returns null when the message in it cannot be read, for whatever reason. */
export async function decryptGroupStanza(
  phone: Phone,
  stanza: BinaryNode,
  sender: Device,
): Promise<proto.IMessage | null> {
  const encs = childrenOf(stanza, 'enc');
  let message: proto.IMessage | null = null;
  for (const enc of encs.filter(({ attrs }) => attrs['type'] !== 'skmsg')) {
    message = await decryptOwnCopy(phone, stanza, sender, enc);
  }
  const shared = encs.find(({ attrs }) => attrs['type'] === 'skmsg');
  return shared === undefined ? message : decryptShared(phone, stanza, sender, shared);
}

/** What was encrypted for this phone alone: a key, or a whole message that was sent again. */
async function decryptOwnCopy(
  phone: Phone,
  stanza: BinaryNode,
  sender: Device,
  enc: BinaryNode,
): Promise<proto.IMessage | null> {
  const ciphertext = bytesOf(enc);
  const type = enc.attrs['type'];
  if (!ciphertext || (type !== 'pkmsg' && type !== 'msg')) return null;
  try {
    const plaintext = await phone.signal.decrypt(sessionOf(sender), type, ciphertext);
    const decoded = proto.Message.decode(unpad(plaintext));
    const message = decoded.deviceSentMessage?.message ?? decoded;
    const distribution = message.senderKeyDistributionMessage?.axolotlSenderKeyDistributionMessage;
    if (distribution) phone.groupKeys.learn(requireAttr(stanza, 'from'), sender, distribution);
    return message;
  } catch {
    return null;
  }
}

function decryptShared(phone: Phone, stanza: BinaryNode, sender: Device, enc: BinaryNode): proto.IMessage | null {
  const ciphertext = bytesOf(enc);
  if (!ciphertext) return null;
  const outcome = phone.groupKeys.decrypt(requireAttr(stanza, 'from'), sender, ciphertext);
  if (!outcome.ok) return null;
  try {
    return proto.Message.decode(unpad(outcome.plaintext));
  } catch {
    return null;
  }
}

/** What a receipt from a group says about messages of this phone. */
export function takeGroupReceipt(phone: Phone, receipt: BinaryNode): void {
  const reader = phone.network.personOf(requireAttr(receipt, 'participant'));
  const type = receipt.attrs['type'] ?? '';
  if (!reader || reader === phone.person) return;
  const isRead = type === 'read' || type === 'played';
  if (!isRead && type !== '') return;
  for (const id of idsOf(receipt)) {
    const status = phone.groupTicks.take(id, reader.phone, isRead);
    if (status) phone.inbox.raiseStatus(id, status);
  }
}
