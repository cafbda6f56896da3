/**
 * Carries a message from a device to the devices it was encrypted for. The server never sees a text: it takes
 * each `<enc>` out of the sender's stanza and wraps it anew for its device.
 */
import type { FaultOf } from '../faults/fault.ts';
import { isGroupJid, isListJid, modeOf, type AddressingMode } from '../wire/jid.ts';
import { attrsOf, childOf, childrenOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Device } from './device.ts';
import { routeGroupMessage } from './group-routing.ts';
import { timeOf, unixSeconds, type Network } from './network.ts';

/** Not one readable copy in it: what a client sends when it could not learn the recipient's devices. */
const MALFORMED = '479';
const UNKNOWN_RECIPIENT = '404';

/** One `<enc>` and the device it is for. */
export interface Copy {
  readonly device: Device;
  readonly enc: BinaryNode;
}

export function routeMessage(network: Network, sender: Device, stanza: BinaryNode): void {
  const to = requireAttr(stanza, 'to');
  const strikes = (fault: FaultOf<'error-ack'>): boolean =>
    fault.to === null || (!isGroupJid(to) && fault.to === modeOf(to));
  const ordered = sender.id === 0 ? null : network.faults.take('error-ack', sender.person.phone, strikes);
  const error = ordered ? String(ordered.code) : carry(network, sender, stanza);
  network.stats.messagesRouted += error === null ? 1 : 0;
  acknowledge(network, sender, stanza, error);
}

function carry(network: Network, sender: Device, stanza: BinaryNode): string | null {
  const to = requireAttr(stanza, 'to');
  if (isGroupJid(to)) return routeGroupMessage(network, sender, stanza);
  if (!isListJid(to) && !network.personOf(to)) return UNKNOWN_RECIPIENT;
  const copies = copiesOf(network, stanza);
  if (copies.length === 0) return MALFORMED;
  for (const copy of copies) {
    // A copy for the sending device itself would only confuse its own ratchet.
    if (copy.device !== sender) copy.device.deliver(inboundStanza(network, sender, stanza, copy));
  }
  return null;
}

/** Everything in the stanza that is encrypted for a device the network knows. A removed device is skipped: its sender hears nothing of it. */
export function copiesOf(network: Network, stanza: BinaryNode): readonly Copy[] {
  const listed = childrenOf(childOf(stanza, 'participants'), 'to').map((to) => ({ jid: to.attrs['jid'], parent: to }));
  const direct = { jid: stanza.attrs['participant'] ?? stanza.attrs['to'], parent: stanza };
  return [...listed, direct].flatMap(({ jid, parent }) => {
    const enc = childOf(parent, 'enc');
    if (!enc || enc.attrs['type'] === 'skmsg') return [];
    const device = jid === undefined ? null : network.deviceOf(jid);
    if (!device) network.stats.strayCopies += 1;
    return device ? [{ device, enc }] : [];
  });
}

function inboundStanza(network: Network, sender: Device, stanza: BinaryNode, copy: Copy): BinaryNode {
  const to = requireAttr(stanza, 'to');
  const mode = stanza.attrs['addressing_mode'] === 'lid' ? 'lid' : modeOf(to);
  const isOwn = copy.device.person === sender.person;
  const direct = () => (isOwn ? ownAddresses(network, sender, stanza) : peerAddresses(sender, mode));
  const attrs = attrsOf({
    ...(isListJid(to) ? listAddresses(sender, mode, to) : direct()),
    id: requireAttr(stanza, 'id'),
    t: timeOf(stanza),
    type: stanza.attrs['type'] ?? 'text',
    notify: sender.person.name,
    addressing_mode: mode,
    category: stanza.attrs['category'],
    edit: stanza.attrs['edit'],
  });
  const identity = childOf(stanza, 'device-identity');
  return node('message', attrs, [copy.enc, ...(identity && copy.enc.attrs['type'] === 'pkmsg' ? [identity] : [])]);
}

function peerAddresses(sender: Device, mode: AddressingMode): Record<string, string> {
  const { person } = sender;
  return {
    from: sender.jid(mode),
    ...(mode === 'lid' ? { sender_pn: person.jid('pn') } : { sender_lid: person.jid('lid') }),
  };
}

/** Whoever is on a list gets a copy of their own, from the list; its author is named beside it. So do the author's other devices. */
function listAddresses(sender: Device, mode: AddressingMode, list: string): Record<string, string> {
  const { person } = sender;
  return {
    from: list,
    participant: sender.jid(mode),
    ...(mode === 'lid' ? { participant_pn: person.jid('pn') } : { participant_lid: person.jid('lid') }),
  };
}

/**
 * A copy for the sender's other devices names the chat it belongs to; peer stanzas (history, requests to the
 * phone) belong to none. The chat's other address travels as `peer_recipient_*`: `sender_*` would be one's own.
 */
function ownAddresses(network: Network, sender: Device, stanza: BinaryNode): Record<string, string> {
  const to = requireAttr(stanza, 'to');
  if (stanza.attrs['category'] === 'peer') return { from: sender.jid(modeOf(to)) };
  const chat = stanza.attrs['recipient'] ?? to;
  const mode = modeOf(chat);
  const other = network.personOf(chat)?.jid(mode === 'lid' ? 'pn' : 'lid');
  return attrsOf({
    from: sender.jid(mode),
    recipient: chat,
    [mode === 'lid' ? 'peer_recipient_pn' : 'peer_recipient_lid']: other,
  });
}

function acknowledge(network: Network, sender: Device, stanza: BinaryNode, error: string | null): void {
  if (sender.id !== 0 && error === null && network.faults.take('swallow-ack', sender.person.phone)) return;
  if (error === null) network.stats.acks += 1;
  else network.stats.errorAcks += 1;
  const { to, id, participant } = stanza.attrs;
  sender.sendNow(node('ack', attrsOf({ class: 'message', id, from: to, participant, t: unixSeconds(), error })));
}
