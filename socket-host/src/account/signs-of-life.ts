/**
 * What the traffic of an account tells about it: when WhatsApp last showed it to be alive, that messages to it stay
 * unreadable, and that they can be read again. Owns how rarely the one is noted and when the other is trouble.
 */
import type { Clock } from '../clock.ts';
import type { WireMessage } from '../whatsapp/types.ts';

export interface SignsOfLifeDependencies {
  readonly clock: Clock;
  /** Notes that the account is alive. Each is a write, so it is called rarely. */
  readonly note: () => void;
  /** Many messages could not be decrypted, and their senders' repeats have not cured it. */
  readonly onUnreadable: (count: number) => void;
  /** So many could be read in a row as make trouble when they cannot: whatever trouble there was, also in a former process, is over. */
  readonly onReadable: () => void;
}

const NOTE_EVERY_MS = 300_000;
/** A message that fails is repeated by its sender within seconds; so many at a time that are not cured mean broken keys. */
const UNREADABLE_AT_A_TIME = 10;
const READABLE_IN_A_ROW = 10;
const UNREADABLE_WITHIN_MS = 600_000;

export class SignsOfLife {
  readonly #with: SignsOfLifeDependencies;
  #notedAtMs: number | null = null;
  /** When each message first came that could not be decrypted so far. */
  readonly #unreadable = new Map<string, number>();
  #readableInARow = 0;
  #isTroublePossible = true;

  constructor(dependencies: SignsOfLifeDependencies) {
    this.#with = dependencies;
  }

  eventCame(): void {
    const nowMs = this.#with.clock.monotonicMs();
    if (this.#notedAtMs !== null && nowMs - this.#notedAtMs < NOTE_EVERY_MS) return;
    this.#notedAtMs = nowMs;
    this.#with.note();
  }

  messageCame({ waMessageId, content, source }: WireMessage): void {
    this.eventCame();
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
