/**
 * In which threads older entries may be out of sight. Nobody watches what is put off, and of what waits the 200 that were written first are
 * watched only: what is released may have its place before what is in its thread's lane already, and nobody tells of it for as long as
 * others wait before it. Such a thread is in doubt: before it goes on, it is looked through.
 */
import type { Database } from '../store/firestore.ts';
import { releaseThread } from '../store/outbox-times.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import type { BackgroundWrites } from './background-writes.ts';

export interface OlderEntriesDependencies {
  readonly db: Database;
  readonly background: BackgroundWrites;
  /** Whether the account's rules let an entry go now that was put off. */
  readonly isFree: (entry: OutboxEntry) => Promise<boolean>;
  readonly admit: (entry: OutboxEntry) => void;
  /** A thread was looked through. */
  readonly onLooked: () => void;
}

export class OlderEntries {
  readonly #with: OlderEntriesDependencies;
  /** Of each thread that is in doubt, whether it is being looked through. A new doubt is another object: no earlier look dispels it. */
  readonly #doubts = new Map<string, { isLooking: boolean }>();

  constructor(dependencies: OlderEntriesDependencies) {
    this.#with = dependencies;
  }

  /** Something of this thread is put off or released, or came into sight out of its turn. */
  doubt(threadId: string): void {
    this.#doubts.set(threadId, { isLooking: false });
  }

  /** Whether all that waits in a thread and may go is in its lane. If that is in doubt, it is looked through, and `onLooked` told then. */
  isInSight(threadId: string): boolean {
    const doubt = this.#doubts.get(threadId);
    if (!doubt) return true;
    if (!doubt.isLooking) this.#look(threadId, doubt);
    return false;
  }

  #look(threadId: string, doubt: { isLooking: boolean }): void {
    const { db, background, isFree, admit, onLooked } = this.#with;
    doubt.isLooking = true;
    background.start('older entries of a thread', async () => {
      for (const entry of await releaseThread(db, threadId, isFree)) admit(entry);
      if (this.#doubts.get(threadId) === doubt) this.#doubts.delete(threadId);
      onLooked();
    });
  }
}
