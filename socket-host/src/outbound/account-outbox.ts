/**
 * Sends the entries of one account: in order within a thread, threads independent of each other; one that waits holds back its
 * own thread only. Owns which entry is tried when; an attempt is `attempt.ts`, how fast `pacer.ts`, and whether now `gate.ts`.
 */
import { failureOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { holdAccount, postponeEntry, readSendingHistory, releasePostponed } from '../store/outbox-times.ts';
import { returnEntry, type OutboxEntry, type UnroutedEntry } from '../store/outbox.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { attemptEntry, type AttemptDependencies } from './attempt.ts';
import { AccountRules } from './account-rules.ts';
import { FirstContacts } from './first-contacts.ts';
import { gateOf, type DefaultLimits, type SendingRules } from './gate.ts';
import { Lane, type Waiting } from './lane.ts';
import { accountHeld, attemptBroke, entryPostponed, writeBroke } from './log-events.ts';
import { Pacer } from './pacer.ts';
import { Pauses } from './pauses.ts';
import { UnroutedEntries } from './unrouted-entries.ts';

export interface AccountOutboxDependencies extends Omit<AttemptDependencies, 'isStopped'> {
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
const RELEASE_PAGE = 300;

export class AccountOutbox {
  readonly #with: AccountOutboxDependencies & AttemptDependencies;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  /** What is in a lane already: listeners report entries more than once. */
  readonly #held = new Map<string, Waiting>();
  readonly #unrouted: UnroutedEntries;
  readonly #contacts: FirstContacts;
  readonly #pacer: Pacer;
  readonly #running = new Set<Promise<void>>();
  readonly #pauses: Pauses;
  readonly #rules: AccountRules;
  #isLoaded = false;
  #isStopping = false;
  #isFenced = false;

  constructor(dependencies: AccountOutboxDependencies) {
    const { clock, rules, defaults } = dependencies;
    this.#with = { ...dependencies, isStopped: () => this.#isFenced };
    this.#clock = clock;
    this.#rules = new AccountRules(clock, defaults, rules);
    this.#pauses = new Pauses(clock);
    this.#unrouted = new UnroutedEntries(clock);
    this.#contacts = new FirstContacts(clock);
    this.#pacer = new Pacer(dependencies, this.#rules.perMinute());
  }

  /** Learns what the account sent lately, whichever host sent it. Nothing is sent before. @throws the Firestore error. */
  async load(): Promise<void> {
    const { db, accountId } = this.#with;
    const bounds = { windowMs: HISTORY_MS, maxStrangers: MAX_STRANGERS };
    const history = await readSendingHistory(db, accountId, this.#clock.nowMs(), bounds);
    this.#pacer.remember(history.agesMs);
    for (const { threadId, ageMs } of history.strangers) this.#contacts.remember(threadId, ageMs);
    this.#isLoaded = true;
    this.#runAll();
  }

  /** The account's limits or its hold may have changed. What its rules had put off is looked at anew when they have. */
  rulesChanged(rules: SendingRules): void {
    const isFreer = this.#rules.update(rules);
    this.#pacer.setPerMinute(this.#rules.perMinute());
    if (isFreer) this.#inBackground('released entries', () => this.#releasePostponed());
    this.#runAll();
  }

  /** An entry was created that no function has routed yet: what follows it in its thread waits for it, for a while. */
  unrouted(entry: UnroutedEntry): void {
    this.#unrouted.add(entry);
  }

  /** Takes a routed entry; of one that is held already, the newer version. */
  admit(entry: OutboxEntry): void {
    this.#unrouted.remove(entry.requestId);
    const held = this.#held.get(entry.requestId);
    if (!held) this.#enqueue(entry, isSurelyUnsent(entry));
    else if (!held.isUnderWay && held.entry.data.status === 'routed') held.entry = entry;
    this.#runAll();
  }

  /** An entry waits no longer, or is out of sight: cancelled, rejected, put off, or claimed, by us as well. */
  gone(requestId: string): void {
    const held = this.#held.get(requestId);
    if (held && !held.isUnderWay && held.entry.data.status === 'routed') this.#drop(held);
    if (this.#unrouted.remove(requestId) || held) this.#runAll();
  }

  /** Takes an entry a former owner had claimed: whether it was sent is not known. */
  recover(entry: OutboxEntry): void {
    if (!this.#held.has(entry.requestId)) this.#enqueue(entry, false);
  }

  /** WhatsApp refused a message after we had given up waiting for its answer. */
  refused(waMessageId: string, code: string): void {
    for (const waiting of this.#held.values()) {
      if (waiting.entry.data.waMessageId === waMessageId) waiting.refusedCode = code;
    }
  }

  /** A socket is open: whatever waited for one goes on. */
  socketOpened(): void {
    this.#runAll();
  }

  /** Whether nothing waits and nothing is under way: giving the account to another host now delays nobody. */
  isIdle(): boolean {
    return this.#held.size === 0;
  }

  /** The account was taken from us: writes nothing any more. */
  fence(): void {
    this.#isFenced = true;
    this.#halt();
  }

  /** Starts nothing new, waits for attempts under way and gives back what certainly did not leave. */
  async stop(): Promise<void> {
    this.#halt();
    await Promise.all(this.#running);
    if (this.#isFenced) return;
    const isOurs = ({ entry, isCertain }: Waiting): boolean => isCertain && entry.data.status === 'processing';
    const claimed = [...this.#held.values()].filter(isOurs);
    await Promise.all(claimed.map(({ entry }) => returnEntry(this.#with.db, entry, entry.data.error)));
  }

  #halt(): void {
    this.#isStopping = true;
    this.#pacer.stop();
    for (const lane of this.#lanes.values()) lane.cancelWake();
    this.#pauses.end();
  }

  #enqueue(entry: OutboxEntry, isCertain: boolean): void {
    if (this.#isStopping) return;
    const waiting: Waiting = { entry, isCertain, isUnderWay: false, refusedCode: null };
    this.#held.set(entry.requestId, waiting);
    const lane = this.#lanes.get(entry.data.threadId) ?? new Lane();
    this.#lanes.set(entry.data.threadId, lane);
    lane.insert(waiting);
    this.#run(entry.data.threadId);
  }

  #drop(waiting: Waiting): void {
    const { requestId, data } = waiting.entry;
    this.#held.delete(requestId);
    this.#lanes.get(data.threadId)?.remove(waiting);
  }

  #runAll(): void {
    for (const threadId of this.#lanes.keys()) this.#run(threadId);
  }

  #run(threadId: string): void {
    const lane = this.#lanes.get(threadId);
    if (!lane || lane.isRunning) return;
    lane.isRunning = true;
    lane.cancelWake();
    const run = this.#drain(threadId, lane).finally(() => {
      this.#running.delete(run);
    });
    this.#running.add(run);
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
      next.isUnderWay = false;
      endTurn(true);
      if (delayMs > 0) await this.#pauses.wait(delayMs);
    }
    lane.isRunning = false;
    if (!lane.first() && this.#lanes.get(threadId) === lane) this.#lanes.delete(threadId);
  }

  #socket(): WhatsAppSocket | null {
    return this.#isLoaded && !this.#isStopping ? this.#with.socket() : null;
  }

  /** Whether an entry may go now. If not, and time will change that, its lane is looked at again then. */
  #mayGo(threadId: string, lane: Lane, next: Waiting): boolean {
    if (!this.#socket()) return false;
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
    lane.cancelWake = this.#clock.after(Math.min(waitMs, POSTPONE_MS), () => {
      this.#run(threadId);
    });
    return false;
  }

  #postpone(waiting: Waiting, waitMs: number, why: ErrorInfo): void {
    const { requestId } = waiting.entry;
    entryPostponed(this.#with.logger, requestId, why.code, waitMs);
    const until = new Date(this.#clock.nowMs() + Math.min(waitMs, LOOK_AGAIN_MS));
    waiting.isUnderWay = true;
    this.#inBackground('postponed entry', async () => {
      try {
        await postponeEntry(this.#with.db, waiting.entry, until, why);
      } finally {
        waiting.isUnderWay = false;
        this.#drop(waiting);
        this.#run(waiting.entry.data.threadId);
      }
    });
  }

  async #attempt(next: Waiting, socket: WhatsAppSocket): Promise<number> {
    const { threadId, isFirstContact } = next.entry.data;
    if (isFirstContact) this.#contacts.remember(threadId, 0);
    try {
      const result = await attemptEntry(this.#with, socket, next);
      if (result.kind === 'again') {
        next.entry = result.entry;
        next.isCertain = result.isCertain;
        return result.delayMs;
      }
      if (result.error?.code === 'new_chats_restricted') this.#holdNewChats(result.error);
      this.#drop(next);
      return 0;
    } catch (error) {
      // Where it broke is not known, so neither is whether bytes left.
      next.isCertain = false;
      attemptBroke(this.#with.logger, next.entry.requestId, error);
      return BROKEN_DELAY_MS;
    }
  }

  #holdNewChats(error: ErrorInfo): void {
    const { db, accountId, logger } = this.#with;
    accountHeld(logger, error.code);
    this.#inBackground('hold', () =>
      this.#rules.restrictNewChats(error, (until) => holdAccount(db, accountId, error, until)),
    );
  }

  async #releasePostponed(): Promise<void> {
    const { db, accountId } = this.#with;
    for (;;) {
      const released = await releasePostponed(db, accountId, this.#clock.nowMs(), RELEASE_PAGE);
      if (released < RELEASE_PAGE || this.#isStopping) return;
    }
  }

  #inBackground(what: string, task: () => Promise<void>): void {
    const onFailure = (_attempt: number, error: unknown): void => {
      writeBroke(this.#with.logger, what, error);
    };
    const run = untilStored(this.#clock, () => this.#isStopping, task, onFailure).then(() => {
      this.#running.delete(run);
    });
    this.#running.add(run);
  }
}

/** What was built may have been sent, unless the last thing known of it is that it certainly was not. */
function isSurelyUnsent({ built, data }: OutboxEntry): boolean {
  return built === null || (data.error !== null && failureOf(data.error.code).certain);
}
