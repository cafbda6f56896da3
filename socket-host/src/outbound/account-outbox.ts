/**
 * Sends the entries of one account: in order within a thread, threads independent of each other; one that waits holds back its
 * own thread only. Owns which entry is tried when; an attempt is `attempt.ts`, how fast `pacer.ts`, and whether now `gate.ts`.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { holdAccount, postponeEntry, readSendingHistory, releasePostponed } from '../store/outbox-times.ts';
import { isClaimedBefore, readIfOurs, returnEntry, type OutboxEntry, type UnroutedEntry } from '../store/outbox.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRules } from './account-rules.ts';
import { attemptEntry, isSurelyUnsent, type AttemptDependencies } from './attempt.ts';
import { BackgroundWrites } from './background-writes.ts';
import { FirstContacts } from './first-contacts.ts';
import { gateOf, type DefaultLimits, type SendingRules } from './gate.ts';
import type { Lane, Waiting } from './lane.ts';
import { accountHeld, attemptBroke, claimTakenOver, entryPostponed } from './log-events.ts';
import { Pacer } from './pacer.ts';
import { Pauses } from './pauses.ts';
import { Typing } from './typing.ts';
import { UnroutedEntries } from './unrouted-entries.ts';
import { WaitingEntries } from './waiting-entries.ts';

export interface AccountOutboxDependencies extends Omit<AttemptDependencies, 'isStopped' | 'typing'> {
  readonly accountId: string;
  readonly rules: SendingRules;
  readonly defaults: DefaultLimits;
  /** From [0, 1). */
  readonly random: () => number;
  /** The open socket, or `null` while there is none. */
  readonly socket: () => WhatsAppSocket | null;
}

/** How long an attempt that broke (Firestore away, a bug) waits before the next, ms. */
const BROKEN_DELAY_MS = 2_000;
/** An entry that has to wait longer than this makes room for others and says why, ms. */
const POSTPONE_MS = 90_000;
const LOOK_AGAIN_MS = 24 * 3_600_000;
/** How far back messages count for the pace, with room for the slowest, ms. */
const HISTORY_MS = 150_000;
const MAX_STRANGERS = 1_000;

export class AccountOutbox {
  readonly #with: AccountOutboxDependencies & AttemptDependencies;
  readonly #waiting = new WaitingEntries();
  readonly #unrouted: UnroutedEntries;
  readonly #contacts: FirstContacts;
  readonly #pacer: Pacer;
  readonly #background: BackgroundWrites;
  readonly #pauses: Pauses;
  readonly #rules: AccountRules;
  #isLoaded = false;
  #isStopping = false;
  #isFenced = false;

  constructor(dependencies: AccountOutboxDependencies) {
    const { clock, rules, defaults } = dependencies;
    this.#pauses = new Pauses(clock);
    this.#rules = new AccountRules(clock, defaults, rules);
    const typing = new Typing(dependencies, this.#pauses, () => this.#rules.current().limits.showsTyping);
    this.#with = { ...dependencies, typing, isStopped: () => this.#isFenced };
    this.#background = new BackgroundWrites({ ...dependencies, isStopping: () => this.#isStopping });
    this.#unrouted = new UnroutedEntries(clock);
    this.#contacts = new FirstContacts(clock);
    this.#pacer = new Pacer(dependencies, this.#rules.perMinute());
  }

  /** Learns what the account sent lately, whichever host sent it. Nothing is sent before. @throws the Firestore error. */
  async load(): Promise<void> {
    const { db, accountId } = this.#with;
    const bounds = { windowMs: HISTORY_MS, maxStrangers: MAX_STRANGERS };
    const history = await readSendingHistory(db, accountId, this.#with.clock.nowMs(), bounds);
    this.#pacer.remember(history.agesMs);
    for (const { threadId, ageMs } of history.strangers) this.#contacts.remember(threadId, ageMs);
    this.#isLoaded = true;
    this.#runAll();
  }

  /** The account's limits or its hold may have changed. What its rules had put off is looked at anew when they have. */
  rulesChanged(rules: SendingRules): void {
    const isFreer = this.#rules.update(rules);
    this.#pacer.setPerMinute(this.#rules.perMinute());
    if (isFreer) {
      const { db, accountId } = this.#with;
      this.#background.start('released entries', () => releasePostponed(db, accountId, this.#with.clock.nowMs()));
    }
    this.#runAll();
  }

  /** An entry was created that no function has routed yet: what follows it in its thread waits for it, for a while. */
  unrouted(entry: UnroutedEntry): void {
    this.#unrouted.add(entry);
  }

  /** Takes a routed entry; of one that is held already, the newer version. */
  admit(entry: OutboxEntry): void {
    this.#unrouted.remove(entry.requestId);
    const held = this.#waiting.get(entry.requestId);
    if (!held) this.#enqueue(entry, isSurelyUnsent(entry));
    else if (!held.isUnderWay && held.entry.data.status === 'routed') held.entry = entry;
    this.#runAll();
  }

  /** An entry waits no longer, or is out of sight: cancelled, rejected, put off, or claimed, by us as well. */
  gone(requestId: string): void {
    const held = this.#waiting.get(requestId);
    if (held && !held.isUnderWay && held.entry.data.status === 'routed') this.#lookAt(held);
    if (this.#unrouted.remove(requestId) || held) this.#runAll();
  }

  /**
   * Takes a claim of a former owner: whether that sent the message is not known. Such a claim may land when we own the account already,
   * and is found by whoever sees it first. Our own are left alone, unless they should have been settled long ago.
   */
  recover(entry: OutboxEntry): void {
    if (this.#waiting.get(entry.requestId)) return;
    const isOverdue = (entry.data.leaseUntil?.toMillis() ?? 0) < this.#with.clock.nowMs();
    if (isOverdue || isClaimedBefore(entry, this.#with.lease.epoch)) this.#enqueue(entry, false);
  }

  /** WhatsApp refused a message after we had given up waiting for its answer. */
  refused(waMessageId: string, code: string): void {
    for (const waiting of this.#waiting.all()) {
      if (waiting.entry.data.waMessageId === waMessageId) waiting.refusedCode = code;
    }
  }

  /** A socket is open: whatever waited for one goes on. */
  socketOpened(): void {
    this.#runAll();
  }

  /** Whether nothing waits and nothing is under way: giving the account to another host now delays nobody. */
  isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** The account was taken from us: writes nothing any more. */
  fence(): void {
    this.#isFenced = true;
    this.#with.statuses.fence();
    this.#halt();
  }

  /** Starts nothing new, waits for attempts under way and gives back what certainly did not leave. */
  async stop(): Promise<void> {
    this.#halt();
    await this.#background.done();
    if (this.#isFenced) return;
    const isOurs = ({ entry, isCertain }: Waiting): boolean => isCertain && entry.data.status === 'processing';
    const claimed = [...this.#waiting.all()].filter(isOurs);
    await Promise.all(claimed.map(({ entry }) => returnEntry(this.#with.db, entry, entry.data.error)));
  }

  #halt(): void {
    this.#isStopping = true;
    this.#pacer.stop();
    for (const [, lane] of this.#waiting.lanes()) lane.cancelWake();
    this.#pauses.end();
    this.#with.statuses.hurry();
  }

  #enqueue(entry: OutboxEntry, isCertain: boolean): void {
    if (this.#isStopping) return;
    this.#waiting.add(entry, isCertain);
    this.#run(entry.data.threadId);
  }

  #runAll(): void {
    for (const [threadId] of this.#waiting.lanes()) this.#run(threadId);
  }

  #run(threadId: string): void {
    const lane = this.#waiting.lane(threadId);
    if (!lane || lane.isRunning) return;
    lane.isRunning = true;
    lane.cancelWake();
    this.#background.follow(this.#drain(threadId, lane));
  }

  async #drain(threadId: string, lane: Lane): Promise<void> {
    for (let next = lane.first(); next; next = lane.first()) {
      if (!this.#mayGo(threadId, lane, next)) break;
      const endTurn = await this.#pacer.turn();
      if (!endTurn) break;
      const socket = this.#socket();
      // While it waited for its turn it may have been cancelled, or something may have come to hold it back.
      if (!socket || next !== lane.first() || !this.#mayGo(threadId, lane, next)) {
        endTurn(false);
        continue;
      }
      next.isUnderWay = true;
      const delayMs = await this.#attempt(next, socket);
      endTurn(true);
      if (delayMs > 0) await this.#pauses.wait(delayMs);
    }
    lane.isRunning = false;
    this.#waiting.tidy(threadId);
  }

  #socket(): WhatsAppSocket | null {
    return this.#isLoaded && !this.#isStopping ? this.#with.socket() : null;
  }

  /** Whether an entry may go now. If not, and time will change that, its lane is looked at again then. */
  #mayGo(threadId: string, lane: Lane, next: Waiting): boolean {
    if (!this.#socket() || next.isUnderWay) return false;
    // What may have been sent already is not held back: the sooner its fate is known, the better.
    const holdMs = next.isCertain ? this.#unrouted.holdMs(next.entry) : 0;
    const gate = next.isCertain
      ? gateOf({ ...this.#with, contacts: this.#contacts }, this.#rules.current(), next.entry)
      : null;
    if (gate?.why && gate.waitMs > POSTPONE_MS && next.entry.data.status === 'routed') {
      this.#postpone(next, gate.waitMs, gate.why);
      return false;
    }
    const waitMs = Math.max(holdMs, gate?.waitMs ?? 0);
    if (waitMs === 0) return true;
    lane.cancelWake();
    lane.cancelWake = this.#with.clock.after(Math.min(waitMs, POSTPONE_MS), () => {
      this.#run(threadId);
    });
    return false;
  }

  #postpone(waiting: Waiting, waitMs: number, why: ErrorInfo): void {
    entryPostponed(this.#with.logger, waiting.entry.requestId, why.code, waitMs);
    const until = new Date(this.#with.clock.nowMs() + Math.min(waitMs, LOOK_AGAIN_MS));
    this.#aside(waiting, 'postponed entry', async () => {
      await postponeEntry(this.#with.db, waiting.entry, until, why);
      this.#waiting.drop(waiting);
    });
  }

  /** It is not to be sent any more, unless a claim took it out of sight that a former owner made late, or we without an answer. */
  #lookAt(waiting: Waiting): void {
    const { db, lease, logger } = this.#with;
    this.#aside(waiting, 'entry out of sight', async () => {
      const stored = await readIfOurs(db, waiting.entry.requestId, lease);
      if (stored?.data.status === 'processing') {
        claimTakenOver(logger, stored.requestId, stored.data.epoch);
        waiting.isCertain = false;
      }
      if (stored) waiting.entry = stored;
      else this.#waiting.drop(waiting);
    });
  }

  /** Does something about an entry while its thread waits. */
  #aside(waiting: Waiting, what: string, task: () => Promise<void>): void {
    waiting.isUnderWay = true;
    this.#background.start(what, async () => {
      await task();
      waiting.isUnderWay = false;
      this.#run(waiting.entry.data.threadId);
    });
  }

  /** @returns how long to wait before the thread goes on, ms. */
  async #attempt(next: Waiting, socket: WhatsAppSocket): Promise<number> {
    const { threadId, isFirstContact } = next.entry.data;
    if (isFirstContact) this.#contacts.remember(threadId, 0);
    try {
      const result = await attemptEntry(this.#with, socket, next);
      switch (result.kind) {
        case 'again':
          next.entry = result.entry;
          next.isCertain = result.isCertain;
          next.isUnderWay = false;
          return result.delayMs;
        case 'over':
          this.#waiting.drop(next);
          return 0;
        case 'settled':
          if (result.error?.code === 'new_chats_restricted') this.#holdNewChats(result.error);
          this.#waiting.letPass(next);
          this.#background.follow(
            result.stored.finally(() => {
              this.#waiting.drop(next);
            }),
          );
          return 0;
      }
    } catch (error) {
      // Where it broke is not known, so neither is whether bytes left.
      next.isCertain = false;
      next.isUnderWay = false;
      attemptBroke(this.#with.logger, next.entry.requestId, error);
      return BROKEN_DELAY_MS;
    }
  }

  #holdNewChats(error: ErrorInfo): void {
    const { db, accountId, logger } = this.#with;
    accountHeld(logger, error.code);
    this.#background.start('hold', () =>
      this.#rules.restrictNewChats(error, (until) => holdAccount(db, accountId, error, until)),
    );
  }
}
