/**
 * People and their devices as the server sees them. Device 0 is the phone; companions count up from 1. A phone
 * and a companion differ only in their link: the phone's is a function call, a companion's is a websocket.
 */
import type { BinaryNode } from '../wire/nodes.ts';
import { lidJid, phoneJid, type AddressingMode } from '../wire/jid.ts';
import type { KeyBundle } from '../wire/signal.ts';
import { DeliveryQueue } from './delivery-queue.ts';

export interface DeviceLink {
  send(stanza: BinaryNode): void;
  /** Sends a last stanza, if any, and ends the connection. */
  close(lastWord: BinaryNode | null): void;
  /** Stays open and is never heard of again. */
  fallSilent(): void;
  /** Sends bytes that are no stanza. */
  sendGarbage(): void;
}

export interface DeviceKeys {
  readonly identity: Buffer;
  /** Spends one one-time key, where there is one left. */
  takeBundle(): KeyBundle;
}

/** How a device proves who it is at login: the Noise key it had when it was linked. Phones need none. */
export type NoiseKey = Buffer | null;

export class Device {
  readonly person: Person;
  readonly id: number;
  readonly keys: DeviceKeys;
  readonly noiseKey: NoiseKey;
  readonly queue = new DeliveryQueue();
  /** Said `available` on its present connection: its user is looking. */
  isAvailable = false;
  #link: DeviceLink | null = null;
  #isActive = false;
  #wasEverActive = false;

  constructor(person: Person, id: number, keys: DeviceKeys, noiseKey: NoiseKey) {
    this.person = person;
    this.id = id;
    this.keys = keys;
    this.noiseKey = noiseKey;
  }

  get link(): DeviceLink | null {
    return this.#link;
  }

  get isOnline(): boolean {
    return this.#isActive;
  }

  jid(mode: AddressingMode): string {
    return mode === 'lid' ? lidJid(this.person.lid, this.id) : phoneJid(this.person.digits, this.id);
  }

  attach(link: DeviceLink): void {
    this.#link = link;
    this.#isActive = false;
    this.isAvailable = false;
  }

  /** Ignores a link that was replaced meanwhile. */
  detach(link: DeviceLink): void {
    if (this.#link !== link) return;
    this.#link = null;
    this.#isActive = false;
    this.isAvailable = false;
  }

  /** The device asks for its traffic: what waited goes first. Returns how much that was, and whether this is its first time. */
  activate(): { backlog: number; isFirst: boolean } {
    const backlog = this.queue.backlog();
    const isFirst = !this.#wasEverActive;
    this.#isActive = true;
    this.#wasEverActive = true;
    for (const stanza of backlog) this.#link?.send(stanza);
    return { backlog: backlog.length, isFirst };
  }

  /** For what must arrive: kept until the device confirms it. */
  deliver(stanza: BinaryNode): void {
    this.queue.add(stanza);
    this.sendNow(stanza);
  }

  /** For what only matters now (typing, presence): lost when the device is away. */
  sendNow(stanza: BinaryNode): void {
    if (this.#isActive) this.#link?.send(stanza);
  }
}

export class Person {
  readonly digits: string;
  /** The user part of their LID: the name the network uses when it hides the number. */
  readonly lid: string;
  name: string;
  readonly devices = new Map<number, Device>();
  /** Who asked for this person's devices and must hear when they change. */
  readonly watchers = new Set<Person>();
  /** The phone greets a companion that came online for the first time. */
  onCompanionReady: ((companion: Device) => void) | null = null;
  #lastDeviceId = 0;

  constructor(digits: string, lid: string, name: string) {
    this.digits = digits;
    this.lid = lid;
    this.name = name;
  }

  /** E.164. */
  get phone(): string {
    return `+${this.digits}`;
  }

  jid(mode: AddressingMode): string {
    return mode === 'lid' ? lidJid(this.lid) : phoneJid(this.digits);
  }

  get companions(): readonly Device[] {
    return [...this.devices.values()].filter((device) => device.id !== 0);
  }

  get isAvailable(): boolean {
    return [...this.devices.values()].some((device) => device.isAvailable);
  }

  /** Ids are never used twice: a new link must not inherit an old one's sessions. */
  nextDeviceId(): number {
    this.#lastDeviceId += 1;
    return this.#lastDeviceId;
  }
}
