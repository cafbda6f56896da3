/**
 * Watches over an open connection: `open` must mean that traffic flows. Finds three kinds of broken ones that look fine.
 *
 * - Silent: not one frame came, although we ping. The library notices late, and then waits for a goodbye that cannot come.
 * - Deaf: messages arrive, and none of them is reported: events are held back, or the work on a message never ends. What is held
 *   back is let out first; if still nothing is reported, only a new connection helps, on which WhatsApp repeats what it was not told
 *   we have. Slow is not deaf: while one after the other is reported, the rest may wait for as long as it takes. Nor is one deaf
 *   that repeats what an earlier one was given up for: there are messages the library never reports, and WhatsApp may not stop.
 * - Stuck: messages are to leave, and none of them gets as far as the wire. The library asks some questions for ever, under the lock
 *   that every message needs (`resyncAppState` in its chats.js); they end with the connection.
 */
import type { Clock } from '../clock.ts';
import type { AccountMemory } from './account-memory.ts';
import { Backlog } from './backlog.ts';
import type { SocketTiming } from './timing.ts';

export interface WatchdogDependencies {
  readonly clock: Clock;
  readonly timing: SocketTiming;
  readonly memory: Pick<AccountMemory, 'givenUpFor'>;
  /** Lets out the events that are held back. */
  readonly flush: () => void;
  /** The connection is of no use any more. Called at most once. */
  readonly recycle: (reason: string) => void;
}

/** Pings are answered in well under a second; a line that needs this much longer than one interval is dead. */
const SILENT_AFTER_INTERVALS = 1.6;
const CHECKS_PER_INTERVAL = 5;
/** Events that are held back are let out after this part of the time. */
const FLUSH_AT = 1 / 3;

const REASONS = {
  silent: 'WhatsApp fell silent',
  deaf: 'messages came and none was reported',
  stuck: 'messages were to leave and none did',
} as const;
type Fault = keyof typeof REASONS;

export class Watchdog {
  readonly #with: WatchdogDependencies;
  #cancel: (() => void) | null = null;
  #checkedAtMs = 0;
  #frameAtMs = 0;
  /** Messages that came and were not reported yet. */
  readonly #unreported = new Backlog();
  /** Messages that are to leave and did not yet. */
  readonly #leaving = new Backlog();

  constructor(dependencies: WatchdogDependencies) {
    this.#with = dependencies;
  }

  start(): void {
    const nowMs = this.#with.clock.monotonicMs();
    this.#frameAtMs = nowMs;
    this.#checkedAtMs = nowMs;
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  frameCame(): void {
    this.#frameAtMs = this.#with.clock.monotonicMs();
  }

  messageCame(id: string): void {
    if (!this.#with.memory.givenUpFor.has(id)) this.#unreported.add(id, this.#with.clock.monotonicMs());
  }

  /** What came before it and was not reported by now never will be: there are messages without a word to us. */
  messageReported(id: string): void {
    const isKnown = this.#unreported.has(id) || this.#with.memory.givenUpFor.has(id);
    if (isKnown) this.#unreported.moved(this.#with.clock.monotonicMs());
    this.#unreported.deleteThrough(id);
  }

  /** A message of ours is to leave. */
  messageLeaving(id: string): void {
    this.#leaving.add(id, this.#with.clock.monotonicMs());
  }

  /** It left, or will not: what stood before the wire is over for it. */
  messageLeft(id: string): void {
    if (!this.#leaving.has(id)) return;
    this.#leaving.moved(this.#with.clock.monotonicMs());
    this.#leaving.delete(id);
  }

  #schedule(): void {
    const { clock, timing } = this.#with;
    const delayMs = Math.min(timing.keepAliveMs, timing.deafAfterMs, timing.stuckAfterMs) / CHECKS_PER_INTERVAL;
    this.#cancel = clock.after(delayMs, () => {
      this.#check(delayMs);
    });
  }

  #check(delayMs: number): void {
    const { clock, timing, flush } = this.#with;
    const nowMs = clock.monotonicMs();
    // It was us who slept: what came meanwhile is still to be read, so the silence proves nothing.
    if (nowMs - this.#checkedAtMs > 3 * delayMs) this.#excuse(nowMs);
    this.#checkedAtMs = nowMs;
    const fault = this.#fault(nowMs);
    if (fault !== null) {
      this.#giveUp(fault);
      return;
    }
    if (this.#unreported.stuckMs(nowMs) >= timing.deafAfterMs * FLUSH_AT) flush();
    this.#schedule();
  }

  #giveUp(fault: Fault): void {
    const { memory, recycle } = this.#with;
    this.stop();
    if (fault === 'deaf') for (const id of this.#unreported.ids()) memory.givenUpFor.set(id, true);
    recycle(REASONS[fault]);
  }

  #excuse(nowMs: number): void {
    this.#frameAtMs = nowMs;
    this.#unreported.excuse(nowMs);
    this.#leaving.excuse(nowMs);
  }

  #fault(nowMs: number): Fault | null {
    const { keepAliveMs, deafAfterMs, stuckAfterMs } = this.#with.timing;
    if (nowMs - this.#frameAtMs > keepAliveMs * SILENT_AFTER_INTERVALS) return 'silent';
    if (this.#unreported.stuckMs(nowMs) >= deafAfterMs) return 'deaf';
    if (this.#leaving.stuckMs(nowMs) >= stuckAfterMs) return 'stuck';
    return null;
  }
}
