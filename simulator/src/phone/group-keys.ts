/**
 * The sender keys one phone holds: its own, one per group, and those it was given by other devices. Owns who has
 * been given the phone's own key; the cipher is `wire/sender-key.ts`.
 */
import type { Device } from '../server/device.ts';
import type { proto } from '../wire/proto.ts';
import { OwnSenderKey, PeerSenderKeys, type GroupDecryption } from '../wire/sender-key.ts';

interface OwnKey {
  readonly key: OwnSenderKey;
  /** Devices that were given the key. */
  readonly holders: Set<Device>;
}

export class GroupKeys {
  readonly #own = new Map<string, OwnKey>();
  /** By group and the sender's device. */
  readonly #peers = new Map<string, PeerSenderKeys>();

  /**
   * The key to send with, and which of the devices must be given it first. Once somebody who holds the key is no
   * longer among the devices, a new key begins: who left a group must not read on.
   */
  forSending(groupId: string, devices: readonly Device[]): { key: OwnSenderKey; lacking: readonly Device[] } {
    const known = this.#own.get(groupId);
    const isStillPrivate = known && [...known.holders].every((holder) => devices.includes(holder));
    const own = isStillPrivate ? known : { key: new OwnSenderKey(), holders: new Set<Device>() };
    this.#own.set(groupId, own);
    const lacking = devices.filter((device) => !own.holders.has(device));
    for (const device of lacking) own.holders.add(device);
    return { key: own.key, lacking };
  }

  /** A message that is sent again to one device also brings it our key, or the next message would fail as well. */
  addTo(message: proto.IMessage, groupId: string): proto.IMessage {
    const own = this.#own.get(groupId);
    return own ? { ...message, ...distributionMessage(groupId, own.key.distribution()) } : message;
  }

  learn(groupId: string, sender: Device, distribution: Uint8Array): void {
    const id = peerId(groupId, sender);
    const keys = this.#peers.get(id) ?? new PeerSenderKeys();
    if (keys.process(distribution)) this.#peers.set(id, keys);
  }

  decrypt(groupId: string, sender: Device, ciphertext: Uint8Array): GroupDecryption {
    return this.#peers.get(peerId(groupId, sender))?.decrypt(ciphertext) ?? { ok: false, reason: 'no_sender_key' };
  }
}

export function distributionMessage(groupId: string, distribution: Buffer): proto.IMessage {
  return { senderKeyDistributionMessage: { groupId, axolotlSenderKeyDistributionMessage: distribution } };
}

function peerId(groupId: string, sender: Device): string {
  return `${groupId}|${sender.jid('lid')}`;
}
