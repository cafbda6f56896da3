/**
 * Listens to the outbox for every account this host owns. Accounts share listeners in slots of `MAX_WATCHED_ACCOUNTS`, because a process
 * with one listener per account would need a stream each. A change of accounts sets up again only the slots it touches.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { watchOutbox, type OutboxEntry, type UnroutedEntry } from '../store/outbox.ts';
import { MAX_WATCHED_ACCOUNTS } from '../store/queries.ts';
import type { Logger } from '../telemetry/logger.ts';
import { entryMalformed, watchBroke } from './log-events.ts';

/** Accounts taken in one go (a restart takes dozens) share one new subscription, ms. */
const GATHER_MS = 50;

/** What an account hears of its outbox. Entries are reported in order; repetition is possible. */
export interface OutboxSink {
  unrouted(entry: UnroutedEntry): void;
  admit(entry: OutboxEntry): void;
  gone(requestId: string): void;
}

interface Slot {
  readonly accounts: Map<string, OutboxSink>;
  stop: () => void;
  isDirty: boolean;
}

export class OutboxWatch {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #slots: Slot[] = [];
  #cancelRefresh: (() => void) | null = null;

  constructor(db: Database, clock: Clock, logger: Logger) {
    this.#db = db;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Reports the account's entries to `sink`, those that wait already and those to come. */
  add(accountId: string, sink: OutboxSink): void {
    let slot = this.#slots.find(({ accounts }) => accounts.size < MAX_WATCHED_ACCOUNTS);
    if (!slot) {
      slot = { accounts: new Map(), stop: () => undefined, isDirty: false };
      this.#slots.push(slot);
    }
    slot.accounts.set(accountId, sink);
    this.#refreshSoon(slot);
  }

  remove(accountId: string): void {
    const slot = this.#slots.find(({ accounts }) => accounts.has(accountId));
    if (!slot) return;
    slot.accounts.delete(accountId);
    this.#refreshSoon(slot);
  }

  stop(): void {
    this.#cancelRefresh?.();
    for (const slot of this.#slots) slot.stop();
    this.#slots.length = 0;
  }

  #refreshSoon(slot: Slot): void {
    slot.isDirty = true;
    this.#cancelRefresh ??= this.#clock.after(GATHER_MS, () => {
      this.#cancelRefresh = null;
      for (const dirty of this.#slots.filter(({ isDirty }) => isDirty)) this.#refresh(dirty);
    });
  }

  #refresh(slot: Slot): void {
    slot.isDirty = false;
    slot.stop();
    slot.stop = () => undefined;
    const accountIds = [...slot.accounts.keys()];
    if (accountIds.length === 0) return;
    slot.stop = watchOutbox(
      this.#db,
      accountIds,
      {
        onUnrouted: (entry) => slot.accounts.get(entry.accountId)?.unrouted(entry),
        onRouted: (entry) => slot.accounts.get(entry.data.accountId)?.admit(entry),
        onGone: (requestId, accountId) => slot.accounts.get(accountId)?.gone(requestId),
        onMalformed: (requestId) => {
          entryMalformed(this.#logger, requestId);
        },
        onBroken: (error, retryInMs) => {
          watchBroke(this.#logger, accountIds.length, retryInMs, error);
        },
      },
      this.#clock,
    );
  }
}
