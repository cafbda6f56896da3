/**
 * The outbox of one account: takes the entries that wait for it, keeps track of those that go out of sight, and hands claims over when
 * the account changes its owner. In which order they go, and when, is `lane-runner.ts`.
 */
import { readSendingHistory, releasePostponed } from '../store/outbox-times.ts';
import {
  isClaimedBefore,
  readClaimed,
  readRouted,
  readStanding,
  returnEntry,
  type OutboxEntry,
} from '../store/outbox.ts';
import type { UnroutedEntry } from '../store/waiting-outbox.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRules } from './account-rules.ts';
import { isSurelyUnsent, type AttemptDependencies } from './attempt.ts';
import { BackgroundWrites } from './background-writes.ts';
import type { DefaultLimits, SendingRules } from './gate.ts';
import { LaneRunner } from './lane-runner.ts';
import { holdRanOut } from './log-events.ts';
import type { Waiting } from './lane.ts';
import { OlderEntries } from './older-entries.ts';
import { Pauses } from './pauses.ts';
import { Typing } from './typing.ts';
import { UnroutedEntries } from './unrouted-entries.ts';

export interface AccountOutboxDependencies extends Omit<AttemptDependencies, 'isStopped' | 'typing'> {
  readonly accountId: string;
  readonly rules: SendingRules;
  readonly defaults: DefaultLimits;
  /** From [0, 1). */
  readonly random: () => number;
  /** The open socket, or `null` while there is none. */
  readonly socket: () => WhatsAppSocket | null;
}

/** How far back messages count for the pace, with room for the slowest, ms. */
const HISTORY_MS = 150_000;
const MAX_STRANGERS = 1_000;
/** For how long an account with nothing to send leaves Firestore to those that still connect, ms: after a restart there are dozens. */
const CROWD_MS = 3_000;

/**
 * How much is known of what may have to go first, which is more than what waits: what a former owner had claimed, then what was sent
 * lately and given back, then what was put off and may go by now. `claims known` lasts while nothing has to be sent. `releasing` comes
 * again whenever the rules change.
 */
type Readiness = 'unprepared' | 'reading claims' | 'claims known' | 'reading history' | 'releasing' | 'ready';

export class AccountOutbox {
  readonly #with: AccountOutboxDependencies;
  readonly #lanes: LaneRunner;
  readonly #unrouted: UnroutedEntries;
  readonly #older: OlderEntries;
  readonly #background: BackgroundWrites;
  readonly #rules: AccountRules;
  #readiness: Readiness = 'unprepared';
  #releases = 0;
  #isInView = false;
  #cancelHistory = (): void => undefined;
  #isStopping = false;
  #isFenced = false;

  constructor(dependencies: AccountOutboxDependencies) {
    const { clock, rules, defaults, socket } = dependencies;
    const pauses = new Pauses(clock);
    this.#rules = new AccountRules(clock, defaults, rules);
    this.#background = new BackgroundWrites({ ...dependencies, isStopping: () => this.#isStopping });
    this.#unrouted = new UnroutedEntries(clock, (requestId) => {
      holdRanOut(dependencies.logger, requestId);
    });
    this.#with = dependencies;
    this.#older = new OlderEntries({
      db: dependencies.db,
      background: this.#background,
      isFree: (entry) => this.#lanes.isFreeAfterAll(entry),
      admit: (entry) => {
        this.admit(entry);
      },
      onLooked: () => {
        this.#lanes.runAll();
      },
    });
    this.#lanes = new LaneRunner({
      ...dependencies,
      pauses,
      typing: new Typing(dependencies, pauses, () => this.#rules.current().limits.showsTyping),
      rules: this.#rules,
      background: this.#background,
      older: this.#older,
      isStopped: () => this.#isFenced,
      socket: () => (this.#readiness === 'ready' ? socket() : null),
      holdMs: (entry) => this.#unrouted.holdMs(entry),
    });
  }

  /** All that waits has been reported. */
  inView(): void {
    this.#isInView = true;
    this.#catchUp();
  }

  /**
   * Looks for what a former owner had claimed: not before all that waits is in view, since it may have given it back at any time before;
   * what it does from here on is seen. Nothing is sent before, so it waits for a socket: connecting comes first.
   */
  #catchUp(): void {
    if (this.#readiness !== 'unprepared' || !this.#isInView || !this.#with.socket()) return;
    this.#readiness = 'reading claims';
    const { db, accountId, clock } = this.#with;
    this.#background.start('what a former owner left', async () => {
      for (const entry of await readClaimed(db, [accountId])) this.recover(entry);
      if (this.#isStopping) return;
      this.#readiness = 'claims known';
      this.#cancelHistory = clock.after(CROWD_MS, () => {
        this.#readHistory();
      });
      if (!this.isIdle()) this.#readHistory();
    });
  }

  /** What the account sent lately, and what was given back of it: only sending asks for that. */
  #readHistory(): void {
    if (this.#readiness !== 'claims known' || this.#isStopping) return;
    this.#readiness = 'reading history';
    this.#cancelHistory();
    const { db, accountId, clock } = this.#with;
    const bounds = { windowMs: HISTORY_MS, maxStrangers: MAX_STRANGERS };
    this.#background.start('what was sent lately', async () => {
      const history = await readSendingHistory(db, accountId, clock.nowMs(), bounds);
      for (const entry of history.givenBack) {
        this.outOfSight(entry);
        this.admit(entry);
      }
      this.#lanes.remember(history);
      this.#release();
    });
  }

  /** What the rules had put off and let go now goes before what was written since: until it is known, nothing is sent. */
  #release(): void {
    const { db, accountId } = this.#with;
    this.#readiness = 'releasing';
    this.#releases += 1;
    const release = this.#releases;
    let tries = 0;
    this.#background.start('what had been put off', async () => {
      tries += 1;
      const count = await releasePostponed(
        db,
        accountId,
        (entry) => this.#lanes.isFree(entry),
        (entry) => {
          this.outOfSight(entry);
        },
      );
      // The listener tells of it in its own time. A try that broke, or a release before this one, may have released some.
      if (count > 0 || tries > 1 || release > 1) for (const entry of await readRouted(db, accountId)) this.admit(entry);
      if (release !== this.#releases) return;
      this.#readiness = 'ready';
      this.#lanes.runAll();
    });
  }

  /** The account's limits or its hold may have changed. What its rules had put off is looked at anew when they have. */
  rulesChanged(rules: SendingRules): void {
    // An account that is not that far yet releases in any case.
    const isFreer = this.#rules.update(rules);
    if (isFreer && (this.#readiness === 'releasing' || this.#readiness === 'ready')) this.#release();
    this.#lanes.rulesChanged();
  }

  /** The customer of this thread has written for the first time. What was put off for being a first contact goes before what follows it. */
  answered(threadId: string): void {
    this.#older.doubt(threadId);
    this.#lanes.answered(threadId);
    // Also if nothing is in its lane.
    this.#older.isInSight(threadId);
  }

  /** An entry was put off, or waits and no listener may have told of it: nothing newer of its thread goes before that is looked into. */
  outOfSight({ data }: OutboxEntry): void {
    this.#older.doubt(data.threadId);
  }

  /** An entry was created that no function has routed yet: what follows it in its thread waits for it, for a while. */
  unrouted(entry: UnroutedEntry): void {
    this.#unrouted.add(entry);
  }

  /** Takes a routed entry; of one that is held already, the newer version. */
  admit(entry: OutboxEntry): void {
    this.#unrouted.remove(entry.requestId);
    this.#unrouted.passedBy(entry);
    const held = this.#lanes.waiting.get(entry.requestId);
    if (held) this.#lanes.renew(held, entry);
    else this.#lanes.enqueue(entry, isSurelyUnsent(entry));
    this.#readHistory();
    this.#lanes.runAll();
  }

  /** An entry waits no longer, or is out of sight: cancelled, rejected, put off, or claimed, by us as well. */
  gone(requestId: string): void {
    const held = this.#lanes.waiting.get(requestId);
    if (held) held.newer = null;
    if (held && !held.isUnderWay && held.entry.data.status === 'routed') this.#lanes.lookAt(held);
    if (this.#unrouted.has(requestId)) this.#lookForUnrouted(requestId);
  }

  /**
   * Takes a claim of a former owner: whether that sent the message is not known. Such a claim may land when we own the account already,
   * and is found by whoever sees it first. Our own are left alone, unless they should have been settled long ago.
   */
  recover(entry: OutboxEntry): void {
    if (this.#lanes.waiting.get(entry.requestId)) return;
    const isOverdue = (entry.data.leaseUntil?.toMillis() ?? 0) < this.#with.clock.nowMs();
    if (!isOverdue && !isClaimedBefore(entry, this.#with.lease.epoch)) return;
    this.#lanes.enqueue(entry, false);
    this.#readHistory();
  }

  /** WhatsApp refused a message after we had given up waiting for its answer. */
  refused(waMessageId: string, code: string): void {
    for (const waiting of this.#lanes.waiting.all()) {
      if (waiting.entry.data.waMessageId === waMessageId) waiting.refusedCode = code;
    }
  }

  /** A socket is open: whatever waited for one goes on. */
  socketOpened(): void {
    this.#catchUp();
    this.#lanes.runAll();
  }

  /** Whether nothing waits and nothing is under way: giving the account to another host now delays nobody. */
  isIdle(): boolean {
    return this.#lanes.waiting.size === 0;
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
    const claimed = [...this.#lanes.waiting.all()].filter(isOurs);
    await Promise.all(claimed.map(({ entry }) => returnEntry(this.#with.db, entry, entry.data.error)));
  }

  #halt(): void {
    this.#isStopping = true;
    this.#cancelHistory();
    this.#lanes.halt();
    this.#with.statuses.hurry();
  }

  /** It was refused, cancelled or put off, unless it was routed out of sight or waits there still. */
  #lookForUnrouted(requestId: string): void {
    const { db, lease } = this.#with;
    this.#background.start('unrouted entry out of sight', async () => {
      const standing = await readStanding(db, requestId, lease);
      if (standing.kind === 'unrouted') return;
      if (standing.kind === 'ours') this.admit(standing.entry);
      this.#unrouted.remove(requestId);
      this.#lanes.runAll();
    });
  }
}
