/** Tasks that concern the same thing, one after the other; those of different things side by side. */
export class KeyedTasks {
  readonly #last = new Map<string, Promise<void>>();

  /** Of how many things there are tasks under way. */
  get size(): number {
    return this.#last.size;
  }

  has(key: string): boolean {
    return this.#last.has(key);
  }

  /** Settles once those under way now have ended, whichever way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }

  /** Begins a task once those before it with this key have ended, whichever way. @throws what it throws. */
  async run(key: string, task: () => Promise<void>): Promise<void> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const run = before.catch(() => undefined).then(task);
    this.#last.set(key, run);
    try {
      await run;
    } finally {
      if (this.#last.get(key) === run) this.#last.delete(key);
    }
  }
}
