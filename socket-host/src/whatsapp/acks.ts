/** Who waits for the server's answer to which message. Owns the waiting, not the meaning of an answer. */
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { Clock } from '../clock.ts';

export type Ack =
  | { readonly kind: 'answered'; readonly error: string | null; readonly serverAt: Date | null }
  /** Nothing came: in time, or before the connection ended. */
  | { readonly kind: 'unanswered'; readonly detail: string };

export interface PendingAck {
  readonly answer: Promise<Ack>;
  /** Starts the time the server has. */
  startTimer(timeoutMs: number): void;
  /** Stops waiting: the message did not go. */
  cancel(): void;
}

export class Acks {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, (ack: Ack) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Registers before the message leaves: the answer may come before the send call returns. */
  expect(waMessageId: string): PendingAck {
    const { promise, resolve } = Promise.withResolvers<Ack>();
    let cancelTimer: (() => void) | null = null;
    const finish = (ack: Ack): void => {
      cancelTimer?.();
      if (this.#waiting.get(waMessageId) === finish) this.#waiting.delete(waMessageId);
      resolve(ack);
    };
    this.#waiting.get(waMessageId)?.({ kind: 'unanswered', detail: 'sent again meanwhile' });
    this.#waiting.set(waMessageId, finish);
    return {
      answer: promise,
      startTimer: (timeoutMs) => {
        if (this.#waiting.get(waMessageId) !== finish) return;
        cancelTimer = this.#clock.after(timeoutMs, () => {
          finish({ kind: 'unanswered', detail: `no answer in ${String(timeoutMs / 1000)} s` });
        });
      },
      cancel: () => {
        finish({ kind: 'unanswered', detail: 'not sent' });
      },
    };
  }

  /** Takes an answer as it comes. @returns the refusal of a message for which nobody waits any more. */
  take({ attrs }: BinaryNode): { readonly waMessageId: string; readonly errorCode: string } | null {
    const { id: waMessageId, error: errorCode = null } = attrs;
    if (waMessageId === undefined) return null;
    const seconds = Number(attrs['t']);
    const isAwaited = this.settle(waMessageId, errorCode, seconds > 0 ? new Date(seconds * 1000) : null);
    return isAwaited || errorCode === null ? null : { waMessageId, errorCode };
  }

  /** @returns whether somebody was waiting for it. */
  settle(waMessageId: string, error: string | null, serverAt: Date | null): boolean {
    const finish = this.#waiting.get(waMessageId);
    finish?.({ kind: 'answered', error, serverAt });
    return finish !== undefined;
  }

  /** The connection is gone: no answer will come. */
  abandonAll(detail: string): void {
    for (const finish of [...this.#waiting.values()]) finish({ kind: 'unanswered', detail });
  }
}
