/**
 * Ticks of group messages: two once every member has it, blue once every member has read it. A person with several
 * devices counts once; who joins later does not count.
 */

interface Awaited {
  readonly delivery: Set<string>;
  readonly reading: Set<string>;
}

/** Older messages keep the ticks they have. */
const MAX_AWAITED = 2000;

export class GroupTicks {
  readonly #awaited = new Map<string, Awaited>();

  /** @param members who is to receive the message, by number, without its sender */
  expect(id: string, members: readonly string[]): void {
    this.#awaited.set(id, { delivery: new Set(members), reading: new Set(members) });
    const [oldest] = this.#awaited.keys();
    if (this.#awaited.size > MAX_AWAITED && oldest !== undefined) this.#awaited.delete(oldest);
  }

  /** @returns what the message's status now is at least, `null` when this receipt decides nothing */
  take(id: string, member: string, isRead: boolean): 'delivered' | 'read' | null {
    const awaited = this.#awaited.get(id);
    if (!awaited) return null;
    awaited.delivery.delete(member);
    if (isRead) awaited.reading.delete(member);
    if (awaited.delivery.size > 0) return null;
    if (awaited.reading.size > 0) return 'delivered';
    this.#awaited.delete(id);
    return 'read';
  }
}
