/** Links and unlinks companions, and tells those who keep a copy of the device list. */
import { node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { DEVICE_REMOVED } from './closing.ts';
import { CompanionKeys } from './companion-keys.ts';
import { Device, type Person } from './device.ts';
import type { Registration } from './linking-desk.ts';
import { unixSeconds, type Network } from './network.ts';

export function linkCompanion(network: Network, person: Person, id: number, registration: Registration): Device {
  const device = new Device(person, id, new CompanionKeys(registration.bundle), registration.noiseKey);
  person.devices.set(id, device);
  announce(network, device, 'add');
  return device;
}

/** Its connection ends with 401 and its next login is refused: the server has forgotten it. */
export function unlinkCompanion(network: Network, device: Device): void {
  device.person.devices.delete(device.id);
  for (const watchers of network.presenceWatchers.values()) watchers.delete(device);
  device.link?.close(DEVICE_REMOVED);
  announce(network, device, 'remove');
}

/** Whoever asked for a person's devices is told what changed; the person's own devices get the list as it is now. */
function announce(network: Network, device: Device, change: 'add' | 'remove'): void {
  const { person } = device;
  const about = () => ({ from: person.jid('pn'), id: network.stanzaId(), t: unixSeconds() });
  const watchers = [...person.watchers].filter((watcher) => watcher !== person);
  for (const other of watchers.flatMap(({ companions }) => companions)) {
    const attrs = { ...about(), lid: person.jid('lid'), type: 'devices' };
    other.deliver(node('notification', attrs, [node(change, {}, [listed(device)])]));
  }
  for (const other of person.companions.filter((companion) => companion !== device)) {
    const list = node('devices', {}, [...person.devices.values()].map(listed));
    other.deliver(node('notification', { ...about(), type: 'account_sync' }, [list]));
  }
}

/** A device is named by number, with its LID beside it. */
function listed(device: Device): BinaryNode {
  return node('device', { jid: device.jid('pn'), lid: device.jid('lid'), 'key-index': String(device.id) });
}

/** Below this the server asks for more; Baileys uploads only when told fewer than five. */
const FEW_PRE_KEYS = 5;

/** Spends one of a device's one-time keys, and asks a companion for more when they run out. */
export function takeBundleOf(network: Network, device: Device): ReturnType<Device['keys']['takeBundle']> {
  const bundle = device.keys.takeBundle();
  const { keys } = device;
  if (keys instanceof CompanionKeys && keys.preKeyCount < FEW_PRE_KEYS) {
    const attrs = { from: '@s.whatsapp.net', type: 'encrypt', id: network.stanzaId(), t: unixSeconds() };
    device.sendNow(node('notification', attrs, [node('count', { value: String(keys.preKeyCount) })]));
  }
  return bundle;
}
