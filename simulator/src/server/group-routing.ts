/**
 * Carries what members send to a group: messages to every device of every member, receipts to whoever wrote the
 * message. Who is a member is decided by `groups.ts`.
 */
import { attrsOf, childOf, childrenOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Device, Person } from './device.ts';
import type { Group } from './groups.ts';
import { groupedReceipt, isGroupedReceipt } from './group-stanzas.ts';
import { timeOf, unixSeconds, type Network } from './network.ts';

const NOT_A_MEMBER = '403';
const NO_SUCH_GROUP = '404';
/** Nothing to deliver: a client that failed to encrypt for anyone must hear of it. */
const MALFORMED = '479';

/** @returns with which code the message is refused, if it is; a refused message reaches nobody. */
export function routeGroupMessage(network: Network, sender: Device, stanza: BinaryNode): string | null {
  const group = network.groups.find(requireAttr(stanza, 'to'));
  if (!group) return NO_SUCH_GROUP;
  if (!group.members.has(sender.person.phone)) return NOT_A_MEMBER;
  const keys = keysByDevice(network, stanza);
  const shared = childrenOf(stanza, 'enc');
  if (shared.length === 0) return MALFORMED;
  for (const device of addressees(network, group, sender, stanza)) {
    device.deliver(inboundStanza(group, sender, stanza, [...(keys.get(device) ?? []), ...shared]));
  }
  return null;
}

/** What members tell of a message, each for themselves. */
const OF_MEMBERS = new Set(['', 'read', 'played']);

/**
 * Receipts name the author's device. A request to send again is for that device, the others are for its person.
 *
 * @param messageIds what it is about
 */
export function routeGroupReceipt(
  network: Network,
  sender: Device,
  receipt: BinaryNode,
  messageIds: readonly string[],
): void {
  const group = network.groups.find(requireAttr(receipt, 'to'));
  const author = network.deviceOf(receipt.attrs['participant'] ?? '');
  if (!group || !author || author === sender) return;
  const { id, type } = receipt.attrs;
  const attrs = attrsOf({ from: group.id, participant: sender.jid('lid'), id, type, t: unixSeconds() });
  const told = node('receipt', attrs, receipt.content);
  const devices = type === 'retry' ? [author] : author.person.devices.values();
  const isGrouped = OF_MEMBERS.has(type ?? '') && network.faults.take('grouped-receipts', author.person.phone) !== null;
  for (const device of devices) {
    if (device === sender) continue;
    if (isGrouped && device.id !== 0) deliverGrouped(network, device, told, messageIds);
    else device.deliver(told);
  }
}

/** While a device is away, all of a kind that it is to be told of a group gathers in one receipt. */
function deliverGrouped(network: Network, device: Device, told: BinaryNode, messageIds: readonly string[]): void {
  const { from, type } = told.attrs;
  const isOfKind = (waiting: BinaryNode): boolean =>
    isGroupedReceipt(waiting) && waiting.attrs['from'] === from && waiting.attrs['type'] === type;
  const before = device.isOnline ? null : device.queue.takeBack(isOfKind);
  const first = node('receipt', attrsOf({ from, id: network.stanzaId(), type, t: unixSeconds() }));
  device.deliver(groupedReceipt(before ?? first, told, messageIds));
}

export function peopleIn(network: Network, group: Group): readonly Person[] {
  return [...group.members.keys()].flatMap((phone) => network.personOfPhone(phone) ?? []);
}

/** Everyone's devices but the sending one; a message sent again is for the one device that asked. */
function addressees(network: Network, group: Group, sender: Device, stanza: BinaryNode): readonly Device[] {
  const only = stanza.attrs['participant'];
  const devices = peopleIn(network, group).flatMap((person) => [...person.devices.values()]);
  const asked = only === undefined ? null : network.deviceOf(only);
  return devices.filter((device) => device !== sender && (only === undefined || device === asked));
}

/**
 * The sender's key, encrypted for each device that lacks it. Baileys addresses one to the sending device too;
 * `addressees` leaves that one out.
 */
function keysByDevice(network: Network, stanza: BinaryNode): Map<Device, readonly BinaryNode[]> {
  const keys = new Map<Device, readonly BinaryNode[]>();
  for (const to of childrenOf(childOf(stanza, 'participants'), 'to')) {
    const device = network.deviceOf(requireAttr(to, 'jid'));
    if (device) keys.set(device, childrenOf(to, 'enc'));
  }
  return keys;
}

function inboundStanza(group: Group, sender: Device, stanza: BinaryNode, encs: readonly BinaryNode[]): BinaryNode {
  const identity = childOf(stanza, 'device-identity');
  return node(
    'message',
    attrsOf({
      from: group.id,
      participant: sender.jid('lid'),
      participant_pn: sender.person.jid('pn'),
      addressing_mode: 'lid',
      id: requireAttr(stanza, 'id'),
      type: stanza.attrs['type'] ?? 'text',
      notify: sender.person.name,
      t: timeOf(stanza),
      edit: stanza.attrs['edit'],
    }),
    [...encs, ...(identity ? [identity] : [])],
  );
}
