/**
 * Listens to the outbox for every account this host owns. Accounts share listeners in slots, because a process with one
 * listener per account would need a stream each. Each slot sees its oldest entries only, so memory stays bounded whatever waits;
 * an account that fills a slot gets one of its own, so it cannot keep others out of sight. Now and then a slot is asked for what
 * listeners do not tell: entries whose time has come, and claims that nobody may be settling.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { releaseDue } from '../store/outbox-times.ts';
import { readClaimed, watchOutbox, type OutboxEntry, type UnroutedEntry } from '../store/outbox.ts';
import { MAX_WATCHED_ACCOUNTS } from '../store/queries.ts';
import type { Logger } from '../telemetry/logger.ts';
import { accountSetApart, entryMalformed, roundBroke, watchBroke } from './log-events.ts';

/** Accounts taken in one go (a restart takes dozens) share one new subscription, ms. */
const GATHER_MS = 50;
/** How many entries a slot sees at once. */
const WINDOW = 200;
const ROUND_MS = 15_000;
/** Entries are released this long before their time; their lane waits for the moment itself, ms. */
const AHEAD_MS = 2 * ROUND_MS;
const MAX_PER_ROUND = 300;

/** What an account hears of its outbox. Entries are reported in order; repetition is possible. */
export interface OutboxSink {
  unrouted(entry: UnroutedEntry): void;
  admit(entry: OutboxEntry): void;
  /** A claim that is not settled, whoever made it: taken over if nobody can be at it any more. */
  recover(entry: OutboxEntry): void;
  /** Waits no longer, or is out of sight for another reason. */
  gone(requestId: string): void;
  /** All that waited at some moment since the account was added has been reported. Told more than once. */
  inView(): void;
}

interface Slot {
  readonly accounts: Map<string, OutboxSink>;
  /** What is in sight, by request: whose it is. */
  readonly inSight: Map<string, string>;
  /** What was in sight of an earlier subscription, and has not been seen by this one: it may have gone in between. */
  readonly unconfirmed: Map<string, string>;
  stop: () => void;
  isDirty: boolean;
}

export class OutboxWatch {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #slots: Slot[] = [];
  #cancelRefresh: (() => void) | null = null;
  #cancelRound: () => void;
  #isStopped = false;

  constructor(db: Database, clock: Clock, logger: Logger) {
    this.#db = db;
    this.#clock = clock;
    this.#logger = logger;
    this.#cancelRound = this.#scheduleRound();
  }

  /** Reports the account's entries to `sink`, those that wait already and those to come. */
  add(accountId: string, sink: OutboxSink): void {
    const slot = this.#slots.find(
      (each) => each.accounts.size < MAX_WATCHED_ACCOUNTS && each.inSight.size < WINDOW / 2,
    );
    this.#put(slot ?? this.#newSlot(), accountId, sink);
  }

  remove(accountId: string): void {
    const slot = this.#slots.find(({ accounts }) => accounts.has(accountId));
    if (!slot) return;
    slot.accounts.delete(accountId);
    this.#refreshSoon(slot);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRefresh?.();
    this.#cancelRound();
    for (const slot of this.#slots) slot.stop();
    this.#slots.length = 0;
  }

  #newSlot(): Slot {
    const slot: Slot = {
      accounts: new Map(),
      inSight: new Map(),
      unconfirmed: new Map(),
      stop: () => undefined,
      isDirty: false,
    };
    this.#slots.push(slot);
    return slot;
  }

  #put(slot: Slot, accountId: string, sink: OutboxSink): void {
    slot.accounts.set(accountId, sink);
    this.#refreshSoon(slot);
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
    this.#loseSight(slot);
    const accountIds = [...slot.accounts.keys()];
    if (accountIds.length === 0) {
      this.#slots.splice(this.#slots.indexOf(slot), 1);
      return;
    }
    slot.stop = watchOutbox(this.#db, { accountIds, limit: WINDOW }, this.#listenerOf(slot), this.#clock);
  }

  #listenerOf(slot: Slot): Parameters<typeof watchOutbox>[2] {
    return {
      onUnrouted: (entry) => {
        this.#see(slot, entry.requestId, entry.accountId);
        slot.accounts.get(entry.accountId)?.unrouted(entry);
      },
      onRouted: (entry) => {
        this.#see(slot, entry.requestId, entry.data.accountId);
        slot.accounts.get(entry.data.accountId)?.admit(entry);
      },
      onGone: (requestId, accountId) => {
        slot.inSight.delete(requestId);
        slot.accounts.get(accountId)?.gone(requestId);
      },
      onCurrent: () => {
        // Whom it was not asked for yet it knows nothing of; the subscription that follows does.
        if (slot.isDirty) return;
        for (const [requestId, accountId] of slot.unconfirmed) slot.accounts.get(accountId)?.gone(requestId);
        slot.unconfirmed.clear();
        for (const sink of slot.accounts.values()) sink.inView();
      },
      onMalformed: (requestId) => {
        entryMalformed(this.#logger, requestId);
      },
      onBroken: (error, retryInMs) => {
        this.#loseSight(slot);
        watchBroke(this.#logger, slot.accounts.size, retryInMs, error);
      },
    };
  }

  #loseSight(slot: Slot): void {
    for (const [requestId, accountId] of slot.inSight) slot.unconfirmed.set(requestId, accountId);
    slot.inSight.clear();
  }

  #see(slot: Slot, requestId: string, accountId: string): void {
    slot.unconfirmed.delete(requestId);
    slot.inSight.set(requestId, accountId);
    if (slot.inSight.size >= WINDOW && slot.accounts.size > 1) this.#setApart(slot);
  }

  /** Gives the account with the most entries in a full slot a slot of its own. */
  #setApart(slot: Slot): void {
    const counts = new Map<string, number>();
    for (const accountId of slot.inSight.values()) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    const [accountId] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
    const sink = slot.accounts.get(accountId);
    this.#loseSight(slot);
    slot.accounts.delete(accountId);
    this.#refreshSoon(slot);
    if (!sink) return;
    accountSetApart(this.#logger, accountId);
    const own = this.#newSlot();
    for (const [requestId, owner] of slot.unconfirmed) if (owner === accountId) own.unconfirmed.set(requestId, owner);
    this.#put(own, accountId, sink);
  }

  #scheduleRound(): () => void {
    return this.#clock.after(ROUND_MS, () => {
      void Promise.all(this.#slots.map((slot) => this.#round(slot))).finally(() => {
        if (!this.#isStopped) this.#cancelRound = this.#scheduleRound();
      });
    });
  }

  async #round(slot: Slot): Promise<void> {
    const accountIds = [...slot.accounts.keys()];
    if (accountIds.length === 0) return;
    const nowMs = this.#clock.nowMs();
    try {
      await releaseDue(this.#db, accountIds, new Date(nowMs + AHEAD_MS), MAX_PER_ROUND);
      for (const entry of await readClaimed(this.#db, accountIds)) {
        slot.accounts.get(entry.data.accountId)?.recover(entry);
      }
    } catch (error) {
      roundBroke(this.#logger, accountIds.length, error);
    }
  }
}
