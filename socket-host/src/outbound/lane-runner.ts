/**
 * Runs the lanes of one account: in order within a thread, threads independent of each other; one that waits holds back its own thread
 * only. Owns which entry is tried when; an attempt is `attempt.ts`, how fast `pacer.ts`, and whether now `gate.ts`.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { holdAccount, postponeEntry, type SendingHistory } from '../store/outbox-times.ts';
import { placeOf, returnEntry, type OutboxEntry } from '../store/outbox.ts';
import { hasCustomerWritten } from '../store/threads.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import type { AccountRules } from './account-rules.ts';
import { attemptEntry, isSurelyUnsent, type AttemptDependencies } from './attempt.ts';
import type { BackgroundWrites } from './background-writes.ts';
import { FirstContacts } from './first-contacts.ts';
import { endsWithAnswer, gateOf, type DefaultLimits, type Gate } from './gate.ts';
import type { Lane, Waiting } from './lane.ts';
import { accountHeld, attemptBroke, claimGivenBack, entryPostponed } from './log-events.ts';
import type { OlderEntries } from './older-entries.ts';
import { Pacer } from './pacer.ts';
import type { Pauses } from './pauses.ts';
import { isStillOurs } from './still-ours.ts';
import { WaitingEntries } from './waiting-entries.ts';

export interface LaneRunnerDependencies extends AttemptDependencies {
  readonly rules: AccountRules;
  readonly defaults: DefaultLimits;
  readonly pauses: Pauses;
  readonly background: BackgroundWrites;
  /** Told of each thread in which older entries may be out of sight, and asked before one goes on. */
  readonly older: Pick<OlderEntries, 'doubt' | 'isInSight'>;
  /** From [0, 1). */
  readonly random: () => number;
  /** What to send over now; `null` while nothing may be sent. */
  readonly socket: () => WhatsAppSocket | null;
  /** How long this entry has to wait for an older one that nobody has routed yet, ms. */
  readonly holdMs: (entry: OutboxEntry) => number;
}

/** How long an attempt that broke (Firestore away, a bug) waits before the next, ms. */
const BROKEN_DELAY_MS = 2_000;
/** An entry that has to wait longer than this makes room for others and says why, ms. */
const POSTPONE_MS = 90_000;
const LOOK_AGAIN_MS = 24 * 3_600_000;

/** What its thread and the pace have to know of an attempt. */
interface Attempted {
  /** How long to wait before the thread goes on, ms. */
  readonly delayMs: number;
  /** Something may have left: WhatsApp may count it. */
  readonly mayHaveLeft: boolean;
}

const GONE_ON: Attempted = { delayMs: 0, mayHaveLeft: true };

export class LaneRunner {
  readonly waiting = new WaitingEntries();
  readonly #with: LaneRunnerDependencies;
  readonly #contacts: FirstContacts;
  readonly #pacer: Pacer;
  #isStopping = false;

  constructor(dependencies: LaneRunnerDependencies) {
    this.#with = dependencies;
    this.#contacts = new FirstContacts(dependencies.clock);
    this.#pacer = new Pacer(dependencies, dependencies.rules.perMinute());
  }

  /** Counts what was sent before as if we had sent it. */
  remember(history: SendingHistory): void {
    this.#pacer.remember(history.agesMs);
    for (const { threadId, ageMs } of history.strangers) this.#contacts.remember(threadId, ageMs);
  }

  /** The customer of this thread has written for the first time: what waited as a first contact does so no more. */
  answered(threadId: string): void {
    this.#contacts.answered(threadId);
    this.#run(threadId);
  }

  /** The account's rules have changed. */
  rulesChanged(): void {
    this.#pacer.setPerMinute(this.#with.rules.perMinute());
    this.runAll();
  }

  /** @param isCertain whether it certainly has not been sent yet. */
  enqueue(entry: OutboxEntry, isCertain: boolean): void {
    if (this.#isStopping) return;
    const { threadId, sendAt } = entry.data;
    this.waiting.add(entry, isCertain);
    // It came into sight in its turn of being written, which is not its place.
    if (sendAt) this.#with.older.doubt(threadId);
    this.#run(threadId);
  }

  /** Takes what was reported of an entry that is held already. */
  renew(held: Waiting, entry: OutboxEntry): void {
    if (entry.version.isEqual(held.entry.version)) return;
    if (held.isUnderWay) held.newer = entry;
    else if (held.entry.data.status === 'routed') held.entry = entry;
  }

  /** Whether the account's rules let an entry go now. */
  isFree(entry: OutboxEntry): boolean {
    return this.#gateOf(entry).waitMs === 0;
  }

  /** The same, after a look at the thread of what waits for its customer to write. */
  async isFreeAfterAll(entry: OutboxEntry): Promise<boolean> {
    await this.#isAnswered(entry.data.threadId, this.#gateOf(entry).why);
    return this.isFree(entry);
  }

  /** Finds out what became of an entry that went out of sight, while its thread waits. If it waits still, older ones came before it. */
  lookAt(waiting: Waiting): void {
    this.#aside(waiting, 'entry out of sight', async () => {
      const isOurs = await isStillOurs(this.#with, waiting);
      if (isOurs) this.#with.older.doubt(waiting.entry.data.threadId);
      return isOurs;
    });
  }

  /** Something changed that entries may have waited for. */
  runAll(): void {
    for (const [threadId] of this.waiting.lanes()) this.#run(threadId);
  }

  /** Starts nothing new; what is under way goes on. */
  halt(): void {
    this.#isStopping = true;
    this.#pacer.stop();
    for (const [, lane] of this.waiting.lanes()) lane.cancelWake();
    this.#with.pauses.end();
  }

  /** Does something about an entry while its thread waits. @param task says whether it is still to be sent. */
  #aside(waiting: Waiting, what: string, task: () => Promise<boolean>): void {
    waiting.isUnderWay = true;
    this.#with.background.start(what, async () => {
      if (!(await task())) this.#drop(waiting);
      waiting.isUnderWay = false;
      this.#run(waiting.entry.data.threadId);
    });
  }

  /** It is over, unless it was routed anew meanwhile. */
  #drop(waiting: Waiting): void {
    this.waiting.drop(waiting);
    if (waiting.newer) this.enqueue(waiting.newer, isSurelyUnsent(waiting.newer));
  }

  #run(threadId: string): void {
    const lane = this.waiting.lane(threadId);
    if (!lane || lane.isRunning) return;
    lane.isRunning = true;
    lane.cancelWake();
    this.#with.background.follow(this.#drain(threadId, lane));
  }

  async #drain(threadId: string, lane: Lane): Promise<void> {
    for (let next = lane.first(); next; next = lane.first()) {
      if (!this.#mayGo(threadId, lane, next)) break;
      const endTurn = await this.#pacer.turn(placeOf(next.entry));
      if (!endTurn) break;
      const socket = this.#socket();
      // While it waited for its turn it may have been cancelled, or something may have come to hold it back.
      if (!socket || next !== lane.first() || !this.#mayGo(threadId, lane, next)) {
        endTurn(false);
        continue;
      }
      next.isUnderWay = true;
      next.isAttempted = true;
      const { delayMs, mayHaveLeft } = await this.#attempt(next, socket);
      endTurn(mayHaveLeft);
      if (delayMs > 0) await this.#with.pauses.wait(delayMs);
    }
    lane.isRunning = false;
    this.waiting.tidy(threadId);
  }

  #socket(): WhatsAppSocket | null {
    return this.#isStopping ? null : this.#with.socket();
  }

  /** Whether an entry may go now. If not, and time will change that, its lane is looked at again then. */
  #mayGo(threadId: string, lane: Lane, next: Waiting): boolean {
    if (next.isUnderWay) return false;
    const isClaimed = next.entry.data.status === 'processing';
    if (!this.#socket()) {
      if (isClaimed && next.isCertain) this.#giveBack(next);
      return false;
    }
    // A claim that may have been sent already is not held back: the sooner its fate is known, the better.
    if (isClaimed && !next.isCertain) return true;
    const gate = this.#gateOf(next.entry);
    if (gate.why && gate.waitMs > POSTPONE_MS) {
      if (isClaimed) this.#giveBack(next);
      else this.#postpone(next, gate.waitMs, gate.why);
      return false;
    }
    const waitMs = Math.max(this.#with.holdMs(next.entry), gate.waitMs);
    if (waitMs === 0) return this.#with.older.isInSight(threadId);
    lane.cancelWake();
    lane.cancelWake = this.#with.clock.after(Math.min(waitMs, POSTPONE_MS), () => {
      this.#run(threadId);
    });
    return false;
  }

  #gateOf(entry: OutboxEntry): Gate {
    return gateOf({ ...this.#with, contacts: this.#contacts }, this.#with.rules.current(), entry);
  }

  /** Whether the customer has written, where that ends the wait: a former owner may have been told of it, and we not. */
  async #isAnswered(threadId: string, why: ErrorInfo | null): Promise<boolean> {
    if (!endsWithAnswer(why)) return false;
    if (await hasCustomerWritten(this.#with.db, threadId)) this.#contacts.answered(threadId);
    // Or we were told of it meanwhile.
    return this.#contacts.hasAnswered(threadId);
  }

  #postpone(waiting: Waiting, waitMs: number, why: ErrorInfo): void {
    const { db, clock, logger, older } = this.#with;
    const { requestId, data } = waiting.entry;
    const until = new Date(clock.nowMs() + Math.min(waitMs, LOOK_AGAIN_MS));
    this.#aside(waiting, 'postponed entry', async () => {
      if (await this.#isAnswered(data.threadId, why)) {
        waiting.entry = waiting.newer ?? waiting.entry;
        waiting.newer = null;
        return true;
      }
      entryPostponed(logger, requestId, why.code, waitMs);
      const isUnsent = waiting.isCertain;
      const isPostponed = await postponeEntry(db, waiting.entry, { until, why, isUnsent });
      older.doubt(data.threadId);
      // What came to let it go meanwhile did not find it put off yet.
      if (isPostponed && this.isFree(waiting.entry)) older.isInSight(data.threadId);
      return isPostponed ? false : isStillOurs(this.#with, waiting);
    });
  }

  /**
   * Gives up a claim of which nothing left and nothing will for now: nobody could cancel it, and in the end it would pass for a message
   * that WhatsApp never answered for. When the account stops, or may not be ours any more, others see to that.
   */
  #giveBack(waiting: Waiting): void {
    if (this.#isStopping || !this.#with.isHeld()) return;
    const { db, logger } = this.#with;
    claimGivenBack(logger, waiting.entry.requestId);
    this.#aside(waiting, 'unsent claim', async () => {
      await returnEntry(db, waiting.entry, waiting.entry.data.error);
      return isStillOurs(this.#with, waiting);
    });
  }

  async #attempt(next: Waiting, socket: WhatsAppSocket): Promise<Attempted> {
    const { threadId, isFirstContact } = next.entry.data;
    if (isFirstContact) this.#contacts.remember(threadId, 0);
    try {
      const result = await attemptEntry(this.#with, socket, next);
      switch (result.kind) {
        case 'again':
          next.entry = result.entry;
          next.isCertain = result.isCertain;
          next.isUnderWay = false;
          next.isAttempted = false;
          return { delayMs: result.delayMs, mayHaveLeft: !result.isCertain };
        case 'over':
          this.#drop(next);
          return GONE_ON;
        case 'settled':
          if (result.error?.code === 'new_chats_restricted') this.#holdNewChats(result.error);
          this.waiting.letPass(next);
          this.#with.background.follow(
            result.stored.finally(() => {
              this.#drop(next);
            }),
          );
          return GONE_ON;
      }
    } catch (error) {
      // Where it broke is not known, so neither is whether bytes left.
      next.isCertain = false;
      next.isUnderWay = false;
      next.isAttempted = false;
      attemptBroke(this.#with.logger, next.entry.requestId, error);
      return { delayMs: BROKEN_DELAY_MS, mayHaveLeft: true };
    }
  }

  #holdNewChats(error: ErrorInfo): void {
    const { db, lease, logger, rules, background, isStopped } = this.#with;
    accountHeld(logger, error.code);
    // Also when the account stops: the next owner knows of it by this alone.
    const hold = () => rules.restrictNewChats(error, (until) => holdAccount(db, lease, error, until));
    background.start('hold', hold, isStopped);
  }
}
