/**
 * What a device has not confirmed yet, in order. The server keeps each stanza until the device says it has it,
 * so a device that was away, or went away in between, gets it on its next login.
 */
import type { BinaryNode } from '../wire/nodes.ts';

export class DeliveryQueue {
  #waiting: BinaryNode[] = [];

  add(stanza: BinaryNode): void {
    this.#waiting.push(stanza);
  }

  /** Forgets the oldest stanza of this kind and id. Confirming what is not there is no error: receipts repeat. */
  confirm(tag: string, id: string): void {
    const at = this.#waiting.findIndex((stanza) => stanza.tag === tag && stanza.attrs['id'] === id);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Takes back the oldest that waits and fits: another will say what it said. */
  takeBack(fits: (stanza: BinaryNode) => boolean): BinaryNode | null {
    const at = this.#waiting.findIndex(fits);
    return at < 0 ? null : (this.#waiting.splice(at, 1)[0] ?? null);
  }

  /** All that waits, marked the way the server marks what was sent while the device was away. */
  backlog(): readonly BinaryNode[] {
    return this.#waiting.map((stanza, index) => ({ ...stanza, attrs: { ...stanza.attrs, offline: String(index) } }));
  }

  get length(): number {
    return this.#waiting.length;
  }
}
