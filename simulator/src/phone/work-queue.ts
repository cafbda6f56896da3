/** Runs jobs one after the other, in the order they came: a phone's ratchets must never be used by two at once. */

export class WorkQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** A failing job fails its own promise and no other. */
  run<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(job);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
