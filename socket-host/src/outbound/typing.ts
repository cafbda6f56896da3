/**
 * Shows the recipient "typing …" for as long as a person would write, before a message goes. Owns how long that is, and that it is
 * only a courtesy: it may fail or come late, and the message goes at the same time as if it had not.
 */
import { isChange, type Payload } from '@switchboard/contract/payload';
import type { OutboxEntry } from '../store/outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { typingFailed } from './log-events.ts';
import type { Pauses } from './pauses.ts';

/** Shorter is hardly seen, longer keeps the thread waiting, ms. */
const MIN_TYPING_MS = 800;
const MAX_TYPING_MS = 4_000;
/** A fast typist: 1,500 characters a minute. */
const MS_PER_CHARACTER = 40;
/** People are not even: how far the time for the same text goes up and down. */
const VARIATION = 0.25;

export interface TypingDependencies {
  /** From [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
}

/** How long to type a payload, ms; a change (reaction, edit, deletion) is not typed: 0. */
export function typingMs(payload: Payload, random: () => number): number {
  if (isChange(payload)) return 0;
  const length = 'text' in payload && typeof payload.text === 'string' ? payload.text.length : 0;
  const even = length * MS_PER_CHARACTER;
  const uneven = even * (1 + VARIATION * (2 * random() - 1));
  return Math.min(MAX_TYPING_MS, Math.max(MIN_TYPING_MS, uneven));
}

export class Typing {
  readonly #with: TypingDependencies;
  readonly #pauses: Pauses;
  readonly #isWanted: () => boolean;

  /** @param isWanted whether the account shows it now; asked before each message. */
  constructor(dependencies: TypingDependencies, pauses: Pauses, isWanted: () => boolean) {
    this.#with = dependencies;
    this.#pauses = pauses;
    this.#isWanted = isWanted;
  }

  /** Resolves when the message is to go: with `false` when meanwhile everything stopped, and it is not to go from here. */
  async before(socket: WhatsAppSocket, { requestId, data }: OutboxEntry): Promise<boolean> {
    const durationMs = this.#isWanted() ? typingMs(data.payload, this.#with.random) : 0;
    if (durationMs === 0) return true;
    const over = new AbortController();
    // Not waited for: it asks WhatsApp how to address the recipient, which may take long.
    socket.showTyping(data.recipientJid, over.signal).catch((error: unknown) => {
      typingFailed(this.#with.logger, requestId, error);
    });
    await this.#pauses.wait(durationMs);
    over.abort();
    return !this.#pauses.isOver;
  }
}
