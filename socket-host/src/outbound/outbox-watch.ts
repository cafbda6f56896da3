/**
 * Listens to the outbox for every account this host owns. Accounts share listeners in slots of `MAX_IN_VALUES`, because a process
 * with one listener per account would need a stream each. A change of accounts sets up again only the slots it touches.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { watchRouted, type OutboxEntry } from '../store/outbox.ts';
import { MAX_IN_VALUES } from '../store/queries.ts';
import type { Logger } from '../telemetry/logger.ts';
import { entryMalformed, watchBroke } from './log-events.ts';

/** Accounts taken in one go (a restart takes dozens) share one new subscription, ms. */
const GATHER_MS = 50;

interface Slot {
  readonly accounts: Map<string, (entry: OutboxEntry) => void>;
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

  /** Reports the account's routed entries to `onEntry`, those that wait already and those to come; repetition is possible. */
  add(accountId: string, onEntry: (entry: OutboxEntry) => void): void {
    let slot = this.#slots.find(({ accounts }) => accounts.size < MAX_IN_VALUES);
    if (!slot) {
      slot = { accounts: new Map(), stop: () => undefined, isDirty: false };
      this.#slots.push(slot);
    }
    slot.accounts.set(accountId, onEntry);
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
    slot.stop = watchRouted(
      this.#db,
      accountIds,
      {
        onEntry: (entry) => slot.accounts.get(entry.data.accountId)?.(entry),
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
