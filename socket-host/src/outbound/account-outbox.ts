/**
 * Sends the entries of one account: in order within a thread, threads independent of each other. An entry that waits (for a
 * connection, for a retry) holds back its own thread only. Owns which entry is tried when; an attempt itself is `attempt.ts`.
 */
import { microsOf } from '@switchboard/contract/timestamp';
import type { Clock } from '../clock.ts';
import { returnEntry, type OutboxEntry, type UnroutedEntry } from '../store/outbox.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { attemptEntry, type AttemptDependencies } from './attempt.ts';
import { attemptBroke } from './log-events.ts';
import { UnroutedEntries } from './unrouted-entries.ts';

interface Waiting {
  entry: OutboxEntry;
  /** No earlier attempt can have reached WhatsApp. */
  isCertain: boolean;
}

interface Lane {
  readonly waiting: Waiting[];
  isRunning: boolean;
}

export interface AccountOutboxDependencies extends Omit<AttemptDependencies, 'isStopped'> {
  /** The open socket, or `null` while there is none. */
  readonly socket: () => WhatsAppSocket | null;
}

/** How long an attempt that broke (Firestore away, a bug) waits before the next, ms. */
const BROKEN_DELAY_MS = 2_000;

export class AccountOutbox {
  readonly #with: AttemptDependencies;
  readonly #socket: () => WhatsAppSocket | null;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  /** What is in a lane already: listeners report entries more than once. */
  readonly #held = new Set<string>();
  readonly #unrouted: UnroutedEntries;
  readonly #running = new Set<Promise<void>>();
  readonly #wakeups = new Set<() => void>();
  #isStopping = false;
  #isFenced = false;

  constructor({ socket, ...rest }: AccountOutboxDependencies) {
    this.#with = { ...rest, isStopped: () => this.#isFenced };
    this.#socket = socket;
    this.#clock = rest.clock;
    this.#unrouted = new UnroutedEntries(rest.clock);
  }

  /** An entry was created that no function has routed yet: what follows it in its thread waits for it, for a while. */
  unrouted(entry: UnroutedEntry): void {
    this.#unrouted.add(entry);
  }

  /** Takes a routed entry; one that is held already is ignored. */
  admit(entry: OutboxEntry): void {
    this.#unrouted.remove(entry.requestId);
    this.#enqueue(entry, true);
    this.#runAll();
  }

  /** An entry waits no longer. If it was rejected, what waited for it goes on. */
  gone(requestId: string): void {
    if (this.#unrouted.remove(requestId)) this.#runAll();
  }

  /** Takes an entry a former owner had claimed: whether it was sent is not known. */
  recover(entry: OutboxEntry): void {
    this.#enqueue(entry, false);
  }

  /** A socket is open: whatever waited for one goes on. */
  socketOpened(): void {
    this.#runAll();
  }

  /** The account was taken from us: writes nothing any more. */
  fence(): void {
    this.#isFenced = true;
    this.#isStopping = true;
    this.#wakeAll();
  }

  /** Starts nothing new, waits for attempts under way and gives back what certainly did not leave. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wakeAll();
    await Promise.all(this.#running);
    if (this.#isFenced) return;
    const waiting = [...this.#lanes.values()].flatMap((lane) => lane.waiting);
    const claimed = waiting.filter(({ entry, isCertain }) => isCertain && entry.data.status === 'processing');
    await Promise.all(claimed.map(({ entry }) => returnEntry(this.#with.db, entry, entry.data.error)));
  }

  #enqueue(entry: OutboxEntry, isCertain: boolean): void {
    if (this.#isStopping || this.#held.has(entry.requestId)) return;
    this.#held.add(entry.requestId);
    const lane = this.#lanes.get(entry.data.threadId) ?? { waiting: [], isRunning: false };
    this.#lanes.set(entry.data.threadId, lane);
    insertInOrder(lane, { entry, isCertain });
    this.#run(entry.data.threadId);
  }

  #runAll(): void {
    for (const threadId of this.#lanes.keys()) this.#run(threadId);
  }

  /** Whether an entry must wait for an older one of its thread to be routed; if so, it is looked at again in time. */
  #isHeldBack({ entry, isCertain }: Waiting): boolean {
    const holdMs = isCertain ? this.#unrouted.holdMs(entry) : 0;
    if (holdMs === 0) return false;
    this.#clock.after(holdMs, () => {
      this.#run(entry.data.threadId);
    });
    return true;
  }

  #run(threadId: string): void {
    const lane = this.#lanes.get(threadId);
    if (!lane || lane.isRunning) return;
    lane.isRunning = true;
    const run = this.#drain(threadId, lane).finally(() => {
      this.#running.delete(run);
    });
    this.#running.add(run);
  }

  async #drain(threadId: string, lane: Lane): Promise<void> {
    for (let next = lane.waiting[0]; next; next = lane.waiting[0]) {
      const socket = this.#socket();
      if (!socket || this.#isStopping || this.#isHeldBack(next)) {
        lane.isRunning = false;
        return;
      }
      const delayMs = await this.#attempt(lane, next, socket);
      if (delayMs > 0) await this.#pause(delayMs);
    }
    lane.isRunning = false;
    this.#lanes.delete(threadId);
  }

  async #attempt(lane: Lane, next: Waiting, socket: WhatsAppSocket): Promise<number> {
    try {
      const result = await attemptEntry(this.#with, socket, next.entry, next.isCertain);
      if (result.kind === 'again') {
        next.entry = result.entry;
        next.isCertain = result.isCertain;
        return result.delayMs;
      }
      lane.waiting.splice(lane.waiting.indexOf(next), 1);
      this.#held.delete(next.entry.requestId);
      return 0;
    } catch (error) {
      // Where it broke is not known, so neither is whether bytes left.
      next.isCertain = false;
      attemptBroke(this.#with.logger, next.entry.requestId, error);
      return BROKEN_DELAY_MS;
    }
  }

  /** Waits, or returns early when the account stops. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakeups.delete(wake);
        resolve();
      };
      const cancel = this.#clock.after(delayMs, wake);
      this.#wakeups.add(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#wakeups]) wake();
  }
}

/** Keeps a lane in the order its entries were created; the one under way stays first. */
function insertInOrder(lane: Lane, waiting: Waiting): void {
  const at = microsOf(waiting.entry.data.createdAt);
  const first = lane.isRunning ? 1 : 0;
  let index = lane.waiting.length;
  while (index > first) {
    const before = lane.waiting[index - 1];
    if (!before || microsOf(before.entry.data.createdAt) <= at) break;
    index -= 1;
  }
  lane.waiting.splice(index, 0, waiting);
}
