/** Counters of what the network did, for tests to assert on. */

export class Stats {
  messagesRouted = 0;
  acks = 0;
  errorAcks = 0;
  receipts = 0;
  retries = 0;
  /** Messages that arrived readable at simulated phones, repeated ids included. */
  copies = 0;
  /** Of those, the ones whose id had arrived readable before. */
  repeatedCopies = 0;
  undecryptable = 0;
  /** Copies that were encrypted for a device there is not, or not any more. */
  strayCopies = 0;
  refusedLogins = 0;
  /** Stanzas that could not be handled, and what was wrong with the last one: a client's fault, or ours. */
  unhandled = 0;
  lastUnhandled: string | null = null;
  readonly #logins = new Map<string, number>();
  readonly #open = new Map<string, number>();
  readonly #maxOpen = new Map<string, number>();
  readonly #late = new Map<string, Map<string, number>>();

  couldNotHandle(error: unknown): void {
    this.unhandled += 1;
    this.lastUnhandled = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }

  loggedIn(phone: string): void {
    this.#logins.set(phone, (this.#logins.get(phone) ?? 0) + 1);
  }

  socketOpened(phone: string): void {
    const open = (this.#open.get(phone) ?? 0) + 1;
    this.#open.set(phone, open);
    this.#maxOpen.set(phone, Math.max(open, this.#maxOpen.get(phone) ?? 0));
  }

  socketClosed(phone: string): void {
    this.#open.set(phone, Math.max(0, (this.#open.get(phone) ?? 0) - 1));
  }

  /** A client said something over a connection that the server was through with; it is not heard. */
  cameLate(phone: string, tag: string): void {
    const late = this.#late.get(phone) ?? new Map<string, number>();
    late.set(tag, (late.get(tag) ?? 0) + 1);
    this.#late.set(phone, late);
  }

  get logins(): number {
    return [...this.#logins.values()].reduce((sum, count) => sum + count, 0);
  }

  get loginsByAccount(): Record<string, number> {
    return Object.fromEntries(this.#logins);
  }

  get openSockets(): Record<string, number> {
    return Object.fromEntries(this.#open);
  }

  get maxOpenSockets(): Record<string, number> {
    return Object.fromEntries(this.#maxOpen);
  }

  /** By account and tag. */
  get lateStanzas(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#late].map(([phone, tags]) => [phone, Object.fromEntries(tags)]));
  }
}
