/**
 * What the traffic of an account tells about it: that WhatsApp shows it to be alive, that messages to it stay unreadable, and that they
 * can be read again. Owns when that is trouble; how rarely life is noted, `life-notes.ts`.
 */
import type { Clock } from '../clock.ts';
import type { WireMessage } from '../whatsapp/types.ts';
import { LifeNotes, type LifeNote } from './life-notes.ts';

export interface SignsOfLifeDependencies {
  readonly clock: Clock;
  readonly note: (note: LifeNote) => void;
  /** Many messages could not be decrypted, and their senders' repeats have not cured it. */
  readonly onUnreadable: (count: number) => void;
  /** So many could be read in a row as make trouble when they cannot: whatever trouble there was, also in a former process, is over. */
  readonly onReadable: () => void;
}

/** A message that fails is repeated by its sender within seconds; so many at a time that are not cured mean broken keys. */
const UNREADABLE_AT_A_TIME = 10;
const READABLE_IN_A_ROW = 10;
const UNREADABLE_WITHIN_MS = 600_000;

export class SignsOfLife {
  readonly #with: SignsOfLifeDependencies;
  readonly #life: LifeNotes;
  /** When each message first came that could not be decrypted so far. */
  readonly #unreadable = new Map<string, number>();
  #readableInARow = 0;
  #isTroublePossible = true;

  constructor(dependencies: SignsOfLifeDependencies) {
    this.#with = dependencies;
    this.#life = new LifeNotes(dependencies.clock, dependencies.note);
  }

  eventCame(): void {
    this.#life.came(false);
  }

  /** WhatsApp has a message of ours. */
  messageLeft(): void {
    this.#life.came(true);
  }

  /** Nothing is noted any more. */
  stop(): void {
    this.#life.stop();
  }

  messageCame({ waMessageId, content, source }: WireMessage): void {
    // History is of another time.
    this.#life.came(source !== 'history');
    if (content.kind === 'undecryptable') {
      this.#countUnreadable(waMessageId);
      return;
    }
    this.#unreadable.delete(waMessageId);
    // History is sealed with no session.
    if (source !== 'history') this.#countReadable();
  }

  #countReadable(): void {
    this.#readableInARow += 1;
    if (!this.#isTroublePossible || this.#readableInARow < READABLE_IN_A_ROW) return;
    this.#isTroublePossible = false;
    this.#with.onReadable();
  }

  #countUnreadable(waMessageId: string): void {
    const nowMs = this.#with.clock.monotonicMs();
    this.#readableInARow = 0;
    for (const [id, atMs] of this.#unreadable) if (nowMs - atMs > UNREADABLE_WITHIN_MS) this.#unreadable.delete(id);
    if (this.#unreadable.has(waMessageId)) return;
    this.#unreadable.set(waMessageId, nowMs);
    if (this.#unreadable.size < UNREADABLE_AT_A_TIME) return;
    this.#isTroublePossible = true;
    this.#with.onUnreadable(this.#unreadable.size);
    this.#unreadable.clear();
  }
}
