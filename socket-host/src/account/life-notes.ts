/**
 * Notes when WhatsApp last showed an account to be alive and when a message last went in or out. Each note is a write, so the first
 * sign is noted at once, and what follows within minutes in one note at their end: signs and messages each for themselves.
 */
import type { Clock } from '../clock.ts';
import { Alarm } from './alarm.ts';

/** Of the latest there were, ms since 1970. */
export interface LifeNote {
  readonly eventAtMs: number;
  /** `null`: none since the note before. */
  readonly messageAtMs: number | null;
}

const NOTE_EVERY_MS = 300_000;

export class LifeNotes {
  readonly #clock: Clock;
  readonly #note: (note: LifeNote) => void;
  readonly #next: Alarm;
  #isStopped = false;
  /** The last note, while what follows waits. */
  #waiting: { readonly isOfMessage: boolean } | null = null;
  #unnoted: LifeNote | null = null;

  constructor(clock: Clock, note: (note: LifeNote) => void) {
    this.#clock = clock;
    this.#note = note;
    this.#next = new Alarm(clock);
  }

  came(isMessage: boolean): void {
    const atMs = this.#clock.nowMs();
    this.#unnoted = { eventAtMs: atMs, messageAtMs: isMessage ? atMs : (this.#unnoted?.messageAtMs ?? null) };
    if (!this.#waiting || (isMessage && !this.#waiting.isOfMessage)) this.#write();
  }

  /** What came since the last note stays unnoted. */
  stop(): void {
    this.#isStopped = true;
    this.#next.cancel();
  }

  #write(): void {
    const note = this.#unnoted;
    this.#unnoted = null;
    this.#waiting = note && { isOfMessage: note.messageAtMs !== null };
    if (!note || this.#isStopped) return;
    this.#note(note);
    this.#next.set(NOTE_EVERY_MS, () => {
      this.#write();
    });
  }
}
