/**
 * Commits one opening's writes one after the other, each on the condition that nobody wrote since the last, and only while our lease
 * holds by our own clock: a host that lost it leaves nothing to Firestore to refuse. Owns the fence and the retries. A commit whose answer got lost is recognised by its writer and sequence, so it is never taken for somebody else's.
 */
import type { Clock } from '../clock.ts';
import { isLostRace, type Database } from '../store/firestore.ts';
import { commitSession, readLastWrite, type Fence, type SessionCommit } from '../store/sessions.ts';
import type { Logger } from '../telemetry/logger.ts';
import { commitFailed, sessionFenced, sessionLapsed } from './log-events.ts';
import { FencedError } from './types.ts';

const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 5_000;
/** After this many tries whoever waits for the commit is told; what it held is tried again with the next one. */
const MAX_TRIES = 9;

export interface WriterDependencies {
  readonly db: Database;
  readonly accountId: string;
  readonly writer: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether our lease on the account holds at this moment, by our own clock. */
  readonly isHeld: () => boolean;
  /**
   * Called once, before the first write is refused: another host owns the session, or may own it. Whoever uses the session has to stop
   * before the refusal is seen, or the library tells WhatsApp that it cannot read a message that another host will.
   */
  readonly onFenced: () => void;
}

export class FencedWriter {
  readonly #with: WriterDependencies;
  #fence: Fence;
  #sequence = 0;
  #isFenced = false;

  constructor(dependencies: WriterDependencies, fence: Fence) {
    this.#with = dependencies;
    this.#fence = fence;
  }

  /**
   * Makes one commit durable.
   *
   * @throws FencedError when the account is not ours any more, or may not be; the last Firestore error after several tries.
   */
  async commit(changes: Omit<SessionCommit, 'sequence'>): Promise<void> {
    const { db, accountId, clock, logger } = this.#with;
    const commit = { ...changes, sequence: this.#sequence + 1 };
    let delayMs = FIRST_DELAY_MS;
    for (let attempt = 1; ; attempt += 1) {
      this.#assertOurs();
      try {
        this.#settle(commit, await commitSession(db, accountId, this.#fence, commit));
        return;
      } catch (error) {
        if (isLostRace(error) && (await this.#hasLanded(commit))) return;
        commitFailed(logger, attempt, error);
        if (attempt >= MAX_TRIES) throw error;
      }
      const waitMs = delayMs;
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
      delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
    }
  }

  /** Finds out why a commit met a changed document: an earlier try landed, something else touched it, or we lost it. */
  async #hasLanded(commit: SessionCommit): Promise<boolean> {
    const { db, accountId, writer, logger } = this.#with;
    const last = await readLastWrite(db, accountId);
    if (last?.writer !== writer) {
      sessionFenced(logger, last?.epoch ?? null);
      this.#fenceOff();
    }
    if (last.sequence === commit.sequence) {
      this.#settle(commit, last.fence);
      return true;
    }
    this.#fence = last.fence;
    return false;
  }

  /** Once it was not, it is not any more: what this opening has in memory may be old when the lease is ours again. */
  #assertOurs(): void {
    const { accountId, isHeld, logger } = this.#with;
    if (this.#isFenced) throw new FencedError(accountId);
    if (isHeld()) return;
    sessionLapsed(logger);
    this.#fenceOff();
  }

  #fenceOff(): never {
    const { accountId, onFenced } = this.#with;
    this.#isFenced = true;
    onFenced();
    throw new FencedError(accountId);
  }

  #settle(commit: SessionCommit, fence: Fence): void {
    this.#sequence = commit.sequence;
    this.#fence = fence;
  }
}
