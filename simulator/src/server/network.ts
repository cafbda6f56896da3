/**
 * The network's memory: who is on it, what is counted, which faults are set. It knows people by number and by
 * LID. It lives as long as the process; clients may come and go.
 */
import { FaultBoard } from '../faults/fault-board.ts';
import { sha256 } from '../wire/crypto.ts';
import { parseAddress } from '../wire/jid.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { Person, type Device } from './device.ts';
import { Groups } from './groups.ts';
import { LinkingDesk } from './linking-desk.ts';
import { Stats } from './stats.ts';

export class Network {
  readonly faults = new FaultBoard();
  readonly linking = new LinkingDesk();
  readonly groups = new Groups();
  stats = new Stats();
  /** Host and port clients are told to upload media to. */
  mediaHost = '127.0.0.1';
  readonly #byDigits = new Map<string, Person>();
  readonly #byLid = new Map<string, Person>();
  /** Devices that asked to see whether a person is there. */
  readonly presenceWatchers = new Map<Person, Set<Device>>();
  #lastStanza = 0;

  get people(): readonly Person[] {
    return [...this.#byDigits.values()];
  }

  addPerson(digits: string, name: string, lid: string = lidOf(digits)): Person {
    const person = new Person(digits, lid, name);
    this.#byDigits.set(digits, person);
    this.#byLid.set(lid, person);
    return person;
  }

  /** Finds by E.164 or bare digits. */
  personOfPhone(phone: string): Person | null {
    return this.#byDigits.get(phone.replace(/^\+/, '')) ?? null;
  }

  isLidTaken(lid: string): boolean {
    return this.#byLid.has(lid);
  }

  personOf(jid: string): Person | null {
    const address = parseAddress(jid);
    if (!address) return null;
    return (address.server === 'lid' ? this.#byLid : this.#byDigits).get(address.user) ?? null;
  }

  deviceOf(jid: string): Device | null {
    const address = parseAddress(jid);
    return (address && this.personOf(jid)?.devices.get(address.device)) ?? null;
  }

  /** An id for a stanza of the server's own. */
  stanzaId(): string {
    this.#lastStanza += 1;
    return `SIM${String(this.#lastStanza)}`;
  }

  forgetEverything(): void {
    for (const person of this.people) for (const device of person.devices.values()) device.link?.close(null);
    this.linking.closeAll();
    this.#byDigits.clear();
    this.#byLid.clear();
    this.presenceWatchers.clear();
    this.faults.clear();
    this.groups.clear();
    this.stats = new Stats();
  }
}

/** 15 digits that look nothing like the number and are the same in every run. */
function lidOf(digits: string): string {
  const hash = BigInt(
    `0x${sha256(Buffer.from(`lid of ${digits}`))
      .subarray(0, 8)
      .toString('hex')}`,
  );
  return `1${(hash % 10n ** 14n).toString().padStart(14, '0')}`;
}

export function unixSeconds(): string {
  return String(Math.floor(Date.now() / 1000));
}

/** When a message was sent, s since 1970. A phone that sends one again because it could not be read says when that was. */
export function timeOf(message: BinaryNode): string {
  return message.attrs['t'] ?? unixSeconds();
}
