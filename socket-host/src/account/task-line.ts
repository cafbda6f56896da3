/** The line in which the tasks of an account are done, one after the other. A task that fails is told, and the next one goes on. */
export class TaskLine {
  readonly #onFailure: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  add(task: () => Promise<void>): void {
    this.#last = this.#last.then(task).catch(this.#onFailure);
  }

  /** Resolves when everything added so far is done. */
  done(): Promise<void> {
    return this.#last;
  }
}
