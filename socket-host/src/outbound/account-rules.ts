/** What an account's document says about sending, and the hold WhatsApp has just put on it, which takes a moment to get there. */
import { isDeepStrictEqual } from 'node:util';
import type { ErrorInfo } from '@switchboard/contract/failure';
import type { Timestamp } from '@switchboard/contract/timestamp';
import type { Clock } from '../clock.ts';
import type { DefaultLimits, SendingRules } from './gate.ts';

/** How long WhatsApp's limit on new chats is taken to last, ms. */
const RESTRICTION_MS = 24 * 3_600_000;
/** Until the account's document can be expected to show a hold we wrote, ms. */
const ECHO_MS = 10_000;

export class AccountRules {
  readonly #clock: Clock;
  readonly #defaults: DefaultLimits;
  #rules: SendingRules;
  #ownHoldUntilMs = 0;

  constructor(clock: Clock, defaults: DefaultLimits, rules: SendingRules) {
    this.#clock = clock;
    this.#defaults = defaults;
    this.#rules = rules;
  }

  current(): SendingRules {
    return this.#rules;
  }

  /** Messages in any 60 s; 0 = unpaced. */
  perMinute(): number {
    return this.#rules.limits.perMinute ?? this.#defaults.perMinute;
  }

  /** Takes the document's word. @returns whether something may go now that could not before. */
  update(rules: SendingRules): boolean {
    const before = this.#rules;
    // Once the document has shown a hold, its word counts again.
    if (rules.hold !== null) this.#ownHoldUntilMs = 0;
    const isOurs = rules.hold === null && this.#clock.monotonicMs() < this.#ownHoldUntilMs;
    const hold = isOurs ? before.hold : rules.hold;
    this.#rules = { limits: rules.limits, hold };
    return !isDeepStrictEqual(before.limits, rules.limits) || (before.hold !== null && hold === null);
  }

  /**
   * WhatsApp does not let this account write to new people: every further try would make it worse. Holds at once.
   *
   * @param write stores the hold; until that is done and seen, a document without it does not lift it.
   */
  async restrictNewChats(error: ErrorInfo, write: (until: Date) => Promise<void>): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const until = new Date(nowMs + RESTRICTION_MS);
    this.#rules = { ...this.#rules, hold: { error, since: timestampOf(new Date(nowMs)), until: timestampOf(until) } };
    this.#ownHoldUntilMs = Number.POSITIVE_INFINITY;
    await write(until);
    // Unless it was seen already.
    if (this.#ownHoldUntilMs > 0) this.#ownHoldUntilMs = this.#clock.monotonicMs() + ECHO_MS;
  }
}

function timestampOf(date: Date): Timestamp {
  const millis = date.getTime();
  return {
    seconds: Math.floor(millis / 1_000),
    nanoseconds: (millis % 1_000) * 1_000_000,
    toMillis: () => millis,
    toDate: () => date,
  };
}
