/** What waits for its turn, by id, and for how long not one of it has gone on. */
export class Backlog {
  /** Since when each has waited, in the order they came. */
  readonly #sinceMs = new Map<string, number>();
  #movedAtMs = 0;

  has(id: string): boolean {
    return this.#sinceMs.has(id);
  }

  ids(): Iterable<string> {
    return this.#sinceMs.keys();
  }

  add(id: string, nowMs: number): void {
    if (!this.#sinceMs.has(id)) this.#sinceMs.set(id, nowMs);
  }

  /** Something went on, whether or not it was waited for here. */
  moved(nowMs: number): void {
    this.#movedAtMs = nowMs;
  }

  delete(id: string): void {
    this.#sinceMs.delete(id);
  }

  /** Waits no more for this one, nor for what came before it. */
  deleteThrough(id: string): void {
    if (!this.has(id)) return;
    for (const earlier of this.#sinceMs.keys()) {
      this.#sinceMs.delete(earlier);
      if (earlier === id) return;
    }
  }

  /** The time until now counts for none of them. */
  excuse(nowMs: number): void {
    for (const id of this.#sinceMs.keys()) this.#sinceMs.set(id, nowMs);
  }

  /** For how long, ms, something has waited without anything going on; 0 when nothing waits. */
  stuckMs(nowMs: number): number {
    const [oldestAtMs] = this.#sinceMs.values();
    return oldestAtMs === undefined ? 0 : nowMs - Math.max(oldestAtMs, this.#movedAtMs);
  }
}
