/**
 * How much one user may ask for in a minute, and how much may wait for one account.
 *
 * A brake, not a meter: a runaway script must stop, a busy hour must cost nothing. Each process of this function counts what it
 * routes itself, and asks Firestore (one aggregation query: a read per thousand entries) only once its own count since the
 * last answer has grown by a step. Processes do not know of each other between two answers, so a quota may be exceeded by a
 * step per process, and by no more.
 */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';

export interface QuotaLimits {
  /** Outbox entries of one user in any 60 s. */
  readonly perUserPerMinute: number;
  /** Entries of one account that are routed and not sent. */
  readonly waitingPerAccount: number;
}

export interface OutboxCounts {
  /** How many entries a user has written since a moment, counted up to `limit`. */
  ofUserSince(uid: string, sinceMs: number, limit: number): Promise<number>;
  /** How many entries wait for an account, counted up to `limit`. */
  waitingFor(accountId: string, limit: number): Promise<number>;
}

export interface Quotas {
  /** Why this entry is too much, or `null`. */
  refusalOf(uid: string, accountId: string): Promise<ErrorInfo | null>;
  /** An entry was routed. */
  note(uid: string, accountId: string): void;
}

const MINUTE_MS = 60_000;
/** An account's answer is good for so long although little was routed since: hosts have sent meanwhile, ms. */
const ACCOUNT_ANSWER_MS = 600_000;
/** While a quota is used up, how often it is asked whether there is room again, ms. */
const FULL_ANSWER_MS = 2_000;
/** A quota is asked for about twenty times on the way to its limit. */
const STEPS = 20;
const MAX_GAUGES = 5_000;

interface Gauge {
  counted: number;
  sinceAnswer: number;
  answeredAtMs: number;
}

export function createQuotas(counts: OutboxCounts, limits: QuotaLimits, nowMs: () => number): Quotas {
  const users = new Map<string, Gauge>();
  const accounts = new Map<string, Gauge>();

  async function isFull(gauge: Gauge, limit: number, isDue: boolean, ask: () => Promise<number>): Promise<boolean> {
    const isGuessFull = () => gauge.counted + gauge.sinceAnswer >= limit;
    const ageMs = nowMs() - gauge.answeredAtMs;
    if (isDue || gauge.sinceAnswer >= stepOf(limit) || (isGuessFull() && ageMs >= FULL_ANSWER_MS)) {
      gauge.counted = await ask();
      gauge.sinceAnswer = 0;
      gauge.answeredAtMs = nowMs();
    }
    return isGuessFull();
  }

  async function isUserFull(uid: string): Promise<boolean> {
    const gauge = gaugeOf(users, uid, nowMs());
    // What was counted a minute ago is another minute's.
    if (nowMs() - gauge.answeredAtMs >= MINUTE_MS) {
      Object.assign(gauge, { counted: 0, sinceAnswer: 0, answeredAtMs: nowMs() });
    }
    const { perUserPerMinute: limit } = limits;
    return isFull(gauge, limit, false, async () =>
      others(await counts.ofUserSince(uid, nowMs() - MINUTE_MS, limit + 1)),
    );
  }

  async function isAccountFull(accountId: string): Promise<boolean> {
    const gauge = gaugeOf(accounts, accountId, Number.NEGATIVE_INFINITY);
    const { waitingPerAccount: limit } = limits;
    const isOld = nowMs() - gauge.answeredAtMs >= ACCOUNT_ANSWER_MS;
    return isFull(gauge, limit, isOld, async () => others(await counts.waitingFor(accountId, limit + 1)));
  }

  return {
    async refusalOf(uid, accountId) {
      if (await isUserFull(uid)) {
        const detail = `createdBy: more than ${String(limits.perUserPerMinute)} messages in a minute`;
        return errorOf('quota_exceeded', detail, 'createdBy');
      }
      if (await isAccountFull(accountId)) {
        const detail = `accountId: ${String(limits.waitingPerAccount)} messages of this account wait to be sent`;
        return errorOf('quota_exceeded', detail, 'accountId');
      }
      return null;
    },

    note(uid, accountId) {
      for (const gauge of [users.get(uid), accounts.get(accountId)]) if (gauge) gauge.sinceAnswer += 1;
    },
  };
}

/** The entry that is asked about is counted too: it has been written. */
function others(counted: number): number {
  return Math.max(0, counted - 1);
}

function stepOf(limit: number): number {
  return Math.max(1, Math.floor(limit / STEPS));
}

function gaugeOf(gauges: Map<string, Gauge>, key: string, answeredAtMs: number): Gauge {
  const known = gauges.get(key);
  const gauge = known ?? { counted: 0, sinceAnswer: 0, answeredAtMs };
  // Last asked for, last forgotten.
  gauges.delete(key);
  gauges.set(key, gauge);
  const oldest = gauges.keys().next();
  if (gauges.size > MAX_GAUGES && !oldest.done) gauges.delete(oldest.value);
  return gauge;
}
