/**
 * The order in which an account's messages are stored: one at a time, as they come, so that what is known of a thread holds from one to
 * the next. Those of the phone's past, thousands after a link, have a line of their own. The first of it joins the others' line, the
 * second when that one is stored, and so on: what comes now waits for one of them at most.
 */
export class StoringLine {
  #last: Promise<unknown> = Promise.resolve();
  #lastOfPast: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param store may not reject. */
  add<T>(isPast: boolean, store: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const stored = isPast ? this.#lastOfPast.then(() => this.#join(store)) : this.#join(store);
    if (isPast) this.#lastOfPast = stored;
    return stored;
  }

  #join<T>(store: () => Promise<T>): Promise<T> {
    const stored = this.#last.then(store).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = stored;
    return stored;
  }

  isEmpty(): boolean {
    return this.#waiting === 0;
  }

  /** Resolves when all that was added is stored. */
  async drain(): Promise<void> {
    await Promise.all([this.#lastOfPast, this.#last]);
  }
}
