/** All simulated phones, by number. */
import type { Network } from '../server/network.ts';
import { Phone, type PhoneOptions } from './phone.ts';

export interface NewPhone extends PhoneOptions {
  /** E.164. */
  readonly phone: string;
  readonly name: string;
  readonly lid: string | null;
}

export class Shelf {
  readonly network: Network;
  readonly #phones = new Map<string, Phone>();

  constructor(network: Network) {
    this.network = network;
  }

  add({ phone, name, lid, ...options }: NewPhone): Phone {
    const digits = phone.slice(1);
    const person = lid === null ? this.network.addPerson(digits, name) : this.network.addPerson(digits, name, lid);
    const added = new Phone(this.network, person, options);
    this.#phones.set(phone, added);
    return added;
  }

  find(phone: string): Phone | null {
    return this.#phones.get(phone) ?? null;
  }

  get all(): readonly Phone[] {
    return [...this.#phones.values()];
  }

  /** A clean network: every connection ends, every phone and link is forgotten. */
  reset(): void {
    for (const phone of this.all) phone.goOffline();
    this.#phones.clear();
    this.network.forgetEverything();
  }
}
