/** How a phone writes to a group: gives its key to every device that lacks it, then encrypts once for all. */
import { routeMessage } from '../server/messages.ts';
import { peopleIn } from '../server/group-routing.ts';
import type { Group } from '../server/groups.ts';
import { attrsOf, node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { pad } from '../wire/padding.ts';
import { proto } from '../wire/proto.ts';
import { changeOf, contentOf } from './content.ts';
import type { Phone, SentMessage } from './phone.ts';
import { distributionMessage } from './group-keys.ts';
import { editMarkOf, encryptFor, remember, typeOf } from './sending.ts';

/** Sends and returns the id at once; encryption follows in the phone's order. */
export function sendToGroup(phone: Phone, group: Group, message: proto.IMessage): { id: string; done: Promise<void> } {
  const id = phone.newMessageId();
  const sent: SentMessage = { id, to: group.id, mode: 'lid', message };
  remember(phone, sent);
  const others = [...group.members.keys()].filter((member) => member !== phone.person.phone);
  phone.groupTicks.expect(id, others);
  const change = changeOf(message);
  if (change) phone.inbox.apply(phone.person.phone, change);
  const content = contentOf(message);
  const from = phone.person.phone;
  const envelope = { id, from, to: null, group: group.id, fromMe: true, replyTo: group.id, participant: null };
  if (content) phone.inbox.show(envelope, content);
  return { id, done: phone.whenOnline(() => transmit(phone, sent)) };
}

async function transmit(phone: Phone, sent: SentMessage): Promise<void> {
  // Looked up again: membership may have changed while this message waited its turn.
  const group = phone.network.groups.find(sent.to);
  const people = group ? peopleIn(phone.network, group) : [];
  const devices = people.flatMap((person) => [...person.devices.values()]).filter((device) => device !== phone.device);
  const { key, lacking } = phone.groupKeys.forSending(sent.to, devices);
  // Taken before the key moves on, so that who gets it now can read this message too.
  const distribution = distributionMessage(sent.to, key.distribution());
  const copies: BinaryNode[] = [];
  for (const device of lacking) {
    copies.push(node('to', { jid: device.jid('lid') }, [await encryptFor(phone, device, distribution)]));
  }
  const ciphertext = key.encrypt(pad(proto.Message.encode(sent.message).finish()));
  const { id, to, message } = sent;
  const attrs = attrsOf({ id, to, type: typeOf(message), edit: editMarkOf(message), addressing_mode: 'lid' });
  const shared = node('enc', { v: '2', type: 'skmsg' }, ciphertext);
  const participants = copies.length === 0 ? [] : [node('participants', {}, copies)];
  routeMessage(phone.network, phone.device, node('message', attrs, [...participants, shared]));
}
