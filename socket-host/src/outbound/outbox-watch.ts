/**
 * Listens to the outbox for every account this host owns. Accounts share listeners in slots, because a process with one
 * listener per account would need a stream each. Each slot sees its oldest entries only, so memory stays bounded whatever waits;
 * an account that fills a slot gets one of its own, so it cannot keep others out of sight. Now and then a slot is asked for what
 * listeners do not tell: entries whose time has come, claims that nobody may be settling, and what a listener should have told.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { releaseDue } from '../store/outbox-times.ts';
import { readClaimed, type OutboxEntry } from '../store/outbox.ts';
import { MAX_WATCHED_ACCOUNTS } from '../store/queries.ts';
import { isUnrouted, readWaiting, report, watchOutbox, type UnroutedEntry } from '../store/waiting-outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import { accountSetApart, entryMalformed, entryMissed, roundBroke, watchBroke } from './log-events.ts';

/** Accounts taken in one go (a restart takes dozens) share one new subscription, ms. */
const GATHER_MS = 50;
/** How many entries a slot sees at once. */
const WINDOW = 200;
const ROUND_MS = 15_000;
/** Entries are released this long before their time; their lane waits for the moment itself, ms. */
const AHEAD_MS = 2 * ROUND_MS;
/** In every so many rounds, what is in sight is compared with what is stored. */
const COMPARE_EVERY = 4;
/** What has been as it is for so long, a listener should have told, ms. */
const OVERDUE_MS = 30_000;

/** What an account hears of its outbox. Entries are reported in order; repetition is possible. */
export interface OutboxSink {
  unrouted(entry: UnroutedEntry): void;
  admit(entry: OutboxEntry): void;
  /** A claim that is not settled, whoever made it: taken over if nobody can be at it any more. */
  recover(entry: OutboxEntry): void;
  /** Waits no longer, or is out of sight for another reason. */
  gone(requestId: string): void;
  /** It was put off, and is about to be released. */
  outOfSight(entry: OutboxEntry): void;
  /** All that waited at some moment since the account was added has been reported. Told more than once. */
  inView(): void;
}

interface Sighting {
  readonly accountId: string;
  /** Seen when no function had routed it yet: that it has been routed since is still to be told. */
  readonly isUnrouted: boolean;
}

interface Slot {
  readonly accounts: Map<string, OutboxSink>;
  /** What is in sight, by request. */
  readonly inSight: Map<string, Sighting>;
  /** What was in sight of an earlier subscription, and has not been seen by this one: it may have gone in between. */
  readonly unconfirmed: Map<string, string>;
  /** What was told to be gone since what is in sight was last compared with what is stored. */
  readonly left: Set<string>;
  stop: () => void;
  isDirty: boolean;
  /** Whether all that waited when the listener began has been reported. */
  isCurrent: boolean;
}

export class OutboxWatch {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #slots: Slot[] = [];
  #cancelRefresh: (() => void) | null = null;
  #cancelRound: () => void;
  #rounds = 0;
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
      left: new Set(),
      stop: () => undefined,
      isDirty: false,
      isCurrent: false,
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
        this.#see(slot, entry.requestId, { accountId: entry.accountId, isUnrouted: true });
        slot.accounts.get(entry.accountId)?.unrouted(entry);
      },
      onRouted: (entry) => {
        this.#see(slot, entry.requestId, { accountId: entry.data.accountId, isUnrouted: false });
        slot.accounts.get(entry.data.accountId)?.admit(entry);
      },
      onGone: (requestId, accountId) => {
        slot.inSight.delete(requestId);
        slot.left.add(requestId);
        slot.accounts.get(accountId)?.gone(requestId);
      },
      onCurrent: () => {
        // Whom it was not asked for yet it knows nothing of; the subscription that follows does.
        if (slot.isDirty) return;
        slot.isCurrent = true;
        for (const [requestId, accountId] of slot.unconfirmed) slot.accounts.get(accountId)?.gone(requestId);
        slot.unconfirmed.clear();
        void this.#confirm(slot);
      },
      onMalformed: (requestId, accountId) => {
        this.#see(slot, requestId, { accountId, isUnrouted: false });
        entryMalformed(this.#logger, requestId);
      },
      onBroken: (error, retryInMs) => {
        this.#loseSight(slot);
        watchBroke(this.#logger, slot.accounts.size, retryInMs, error);
      },
    };
  }

  #loseSight(slot: Slot): void {
    slot.isCurrent = false;
    for (const [requestId, { accountId }] of slot.inSight) slot.unconfirmed.set(requestId, accountId);
    slot.inSight.clear();
  }

  #see(slot: Slot, requestId: string, sighting: Sighting): void {
    slot.unconfirmed.delete(requestId);
    slot.inSight.set(requestId, sighting);
    if (slot.inSight.size >= WINDOW && slot.accounts.size > 1) this.#setApart(slot);
  }

  /** Gives the account with the most entries in a full slot a slot of its own. */
  #setApart(slot: Slot): void {
    const counts = new Map<string, number>();
    for (const { accountId } of slot.inSight.values()) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
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
      this.#rounds += 1;
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
      await releaseDue(this.#db, accountIds, new Date(nowMs + AHEAD_MS), (entry) => {
        slot.accounts.get(entry.data.accountId)?.outOfSight(entry);
      });
      for (const entry of await readClaimed(this.#db, accountIds)) {
        slot.accounts.get(entry.data.accountId)?.recover(entry);
      }
      if (this.#rounds % COMPARE_EVERY === 0) await this.#compare(slot, accountIds);
    } catch (error) {
      roundBroke(this.#logger, accountIds.length, error);
    }
  }

  /** A listener that has just begun may have missed what changed at that moment (the emulator's does, once in a hundred times). */
  async #confirm(slot: Slot): Promise<void> {
    const asked = [...slot.accounts];
    try {
      await this.#compare(
        slot,
        asked.map(([accountId]) => accountId),
      );
    } catch (error) {
      roundBroke(this.#logger, asked.length, error);
    }
    // Should it have failed: what it would have found, a later round finds.
    if (this.#isStopped || !slot.isCurrent) return;
    // Of whoever was added meanwhile nothing was asked.
    for (const [accountId, sink] of asked) if (slot.accounts.get(accountId) === sink) sink.inView();
  }

  /** A listener is not to be trusted blindly: what it never told would wait until the next one. */
  async #compare(slot: Slot, accountIds: readonly string[]): Promise<void> {
    const before = [...slot.inSight.keys()];
    slot.left.clear();
    const { waiting, isOverdue } = await readWaiting(this.#db, { accountIds, limit: WINDOW }, OVERDUE_MS);
    if (this.#isStopped || !slot.isCurrent) return;
    for (const [requestId, snapshot] of waiting) {
      const seen = slot.inSight.get(requestId);
      const isTold = seen && (!seen.isUnrouted || isUnrouted(snapshot));
      if (isTold || slot.left.has(requestId)) continue;
      if (isOverdue(snapshot)) entryMissed(this.#logger, requestId);
      report(snapshot, this.#listenerOf(slot));
    }
    // What has left since is on its way to be told; looked at twice does no harm.
    for (const requestId of before) if (!waiting.has(requestId)) this.#goneFrom(slot, requestId);
  }

  #goneFrom(slot: Slot, requestId: string): void {
    const seen = slot.inSight.get(requestId);
    if (!seen) return;
    slot.inSight.delete(requestId);
    slot.accounts.get(seen.accountId)?.gone(requestId);
  }
}
