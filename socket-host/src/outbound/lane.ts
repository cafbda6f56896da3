/** What waits to be sent in one thread, in the order staff wrote it. */
import { placeOf, type OutboxEntry } from '../store/outbox.ts';

export interface Waiting {
  entry: OutboxEntry;
  /** No earlier attempt can have reached WhatsApp. */
  isCertain: boolean;
  /** An attempt is being made, its outcome is being stored, or it is being looked at: the entry is nobody else's to change. */
  isUnderWay: boolean;
  /** An attempt has begun: nothing older goes before it any more. */
  isAttempted: boolean;
  /** A version that was reported while it was under way. */
  newer: OutboxEntry | null;
  /** WhatsApp's code, should it have refused the message after we gave up waiting for its answer. */
  refusedCode: string | null;
}

export class Lane {
  readonly #waiting: Waiting[] = [];
  isRunning = false;
  /** Cancels the next look at this lane. */
  cancelWake: () => void = () => undefined;

  first(): Waiting | undefined {
    return this.#waiting[0];
  }

  all(): readonly Waiting[] {
    return this.#waiting;
  }

  /** Puts an entry where it belongs; what is being attempted stays first. */
  insert(waiting: Waiting): void {
    const at = placeOf(waiting.entry);
    let index = this.#waiting.length;
    while (index > 0) {
      const before = this.#waiting[index - 1];
      if (!before || before.isAttempted || placeOf(before.entry) <= at) break;
      index -= 1;
    }
    this.#waiting.splice(index, 0, waiting);
  }

  remove(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
