/** Who is there and who is typing. Nothing here is kept for a device that is away. */
import { modeOf } from '../wire/jid.ts';
import { attrsOf, childrenOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Device, Person } from './device.ts';
import { unixSeconds, type Network } from './network.ts';

/** A presence without a type carries only a new name. */
export function routePresence(network: Network, device: Device, stanza: BinaryNode): void {
  switch (stanza.attrs['type']) {
    case 'subscribe':
      subscribe(network, device, stanza);
      return;
    case 'available':
      setAvailable(network, device, true);
      return;
    case 'unavailable':
      setAvailable(network, device, false);
      return;
    default:
      return;
  }
}

export function setAvailable(network: Network, device: Device, isAvailable: boolean): void {
  const { person } = device;
  const before = person.isAvailable;
  device.isAvailable = isAvailable;
  if (person.isAvailable === before) return;
  for (const watcher of network.presenceWatchers.get(person) ?? []) watcher.sendNow(presenceOf(person, 'lid'));
}

function subscribe(network: Network, device: Device, stanza: BinaryNode): void {
  const to = requireAttr(stanza, 'to');
  const person = network.personOf(to);
  if (!person) return;
  const watchers = network.presenceWatchers.get(person) ?? new Set();
  network.presenceWatchers.set(person, watchers.add(device));
  device.sendNow(presenceOf(person, modeOf(to)));
}

function presenceOf(person: Person, mode: 'pn' | 'lid'): BinaryNode {
  const away = person.isAvailable ? {} : { type: 'unavailable', last: unixSeconds() };
  return node('presence', { from: person.jid(mode), ...away });
}

export function routeTyping(network: Network, sender: Device, stanza: BinaryNode): void {
  const to = requireAttr(stanza, 'to');
  const target = network.personOf(to);
  if (!target) return;
  const from = sender.person.jid(modeOf(to));
  const typing = node('chatstate', attrsOf({ from }), [...childrenOf(stanza)]);
  for (const device of target.devices.values()) device.sendNow(typing);
}
