/** What waits for one account: by request, and by thread in the order staff wrote it. Owns both views, so that they agree. */
import type { OutboxEntry } from '../store/outbox.ts';
import { Lane, type Waiting } from './lane.ts';

export class WaitingEntries {
  readonly #lanes = new Map<string, Lane>();
  /** By request: listeners report entries more than once. */
  readonly #held = new Map<string, Waiting>();

  get size(): number {
    return this.#held.size;
  }

  get(requestId: string): Waiting | undefined {
    return this.#held.get(requestId);
  }

  all(): Iterable<Waiting> {
    return this.#held.values();
  }

  lane(threadId: string): Lane | undefined {
    return this.#lanes.get(threadId);
  }

  lanes(): Iterable<readonly [threadId: string, lane: Lane]> {
    return this.#lanes;
  }

  add(entry: OutboxEntry, isCertain: boolean): void {
    const waiting: Waiting = {
      entry,
      isCertain,
      isUnderWay: false,
      isAttempted: false,
      newer: null,
      refusedCode: null,
    };
    this.#held.set(entry.requestId, waiting);
    const lane = this.#lanes.get(entry.data.threadId) ?? new Lane();
    this.#lanes.set(entry.data.threadId, lane);
    lane.insert(waiting);
  }

  /** Nothing in its thread waits for it any more. */
  letPass(waiting: Waiting): void {
    this.#lanes.get(waiting.entry.data.threadId)?.remove(waiting);
  }

  drop(waiting: Waiting): void {
    this.letPass(waiting);
    this.#held.delete(waiting.entry.requestId);
  }

  /** Forgets a lane that is at rest with nothing in it. */
  tidy(threadId: string): void {
    const lane = this.#lanes.get(threadId);
    if (lane && !lane.isRunning && !lane.first()) this.#lanes.delete(threadId);
  }
}
