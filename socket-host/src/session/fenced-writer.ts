/**
 * Commits one opening's writes one after the other, each on the condition that nobody wrote since the last, and only while our lease
 * holds by our own clock: a host that lost it leaves nothing to Firestore to refuse. Owns the fence and the retries.
 *
 * A commit whose answer got lost is recognised by its writer and its number, which no other commit has: it is taken neither for somebody
 * else's nor for another one of ours. One that is given up on may have landed or not, so it is the last of its opening: whatever
 * followed would build on what nobody knows. The next opening reads what there is.
 */
import type { Clock } from '../clock.ts';
import { isLostRace, type Database } from '../store/firestore.ts';
import { commitSession, readLastWrite, type Fence, type SessionCommit } from '../store/sessions.ts';
import type { Logger } from '../telemetry/logger.ts';
import { commitFailed, commitGivenUp, commitUnclear, sessionFenced, sessionLapsed } from './log-events.ts';
import { FencedError } from './types.ts';

const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 5_000;
/** After this many tries a commit is given up on, while our lease holds. */
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
   * Called once, before the first write is refused or given up on: another host owns the session, or may own it, or nobody knows what is
   * stored. Whoever uses the session has to stop before the refusal is seen, or the library tells WhatsApp that it cannot read a message
   * that the next opening will.
   */
  readonly onFenced: () => void;
  /** A commit was given up on though our lease holds: Firestore answers, and refuses just this. Called before `onFenced`. */
  readonly onGivenUp?: ((error: unknown) => void) | undefined;
}

export class FencedWriter {
  readonly #with: WriterDependencies;
  #fence: Fence;
  /** Of the last commit that was begun. */
  #sequence = 0;
  #isOver = false;

  constructor(dependencies: WriterDependencies, fence: Fence) {
    this.#with = dependencies;
    this.#fence = fence;
  }

  /**
   * Makes one commit durable.
   *
   * @throws FencedError when the account is not ours any more, or may not be, or after a commit that was given up on; the last Firestore
   *   error when this one is, after several tries.
   */
  async commit(changes: Omit<SessionCommit, 'sequence'>): Promise<void> {
    const { db, accountId, clock, logger } = this.#with;
    const commit = { ...changes, sequence: (this.#sequence += 1) };
    let delayMs = FIRST_DELAY_MS;
    for (let attempt = 1; ; attempt += 1) {
      this.#assertOurs();
      try {
        this.#fence = await commitSession(db, accountId, this.#fence, commit);
        return;
      } catch (error) {
        if (isLostRace(error) && (await this.#hasLanded(commit))) return;
        commitFailed(logger, attempt, error);
        if (attempt >= MAX_TRIES) {
          commitGivenUp(logger);
          this.#with.onGivenUp?.(error);
          this.#end();
          throw error;
        }
      }
      const waitMs = delayMs;
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
      delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
    }
  }

  /** Finds out why a commit met a changed document: an earlier try landed, something else touched it, or we lost it. */
  async #hasLanded(commit: SessionCommit): Promise<boolean> {
    const { accountId, writer, logger } = this.#with;
    const found = await this.#lastWrite();
    // The next try meets the same document, and looks again.
    if (found === 'unknown') return false;
    if (found?.writer !== writer) {
      sessionFenced(logger, found?.epoch ?? null);
      this.#end();
      throw new FencedError(accountId);
    }
    this.#fence = found.fence;
    return found.sequence === commit.sequence;
  }

  async #lastWrite(): Promise<Awaited<ReturnType<typeof readLastWrite>> | 'unknown'> {
    const { db, accountId, logger } = this.#with;
    try {
      return await readLastWrite(db, accountId);
    } catch (error) {
      commitUnclear(logger, error);
      return 'unknown';
    }
  }

  /** Once it was not, it is not any more: what this opening has in memory may be old when the lease is ours again. */
  #assertOurs(): void {
    const { accountId, isHeld, logger } = this.#with;
    if (!this.#isOver && isHeld()) return;
    if (!this.#isOver) {
      sessionLapsed(logger);
      this.#end();
    }
    throw new FencedError(accountId);
  }

  #end(): void {
    this.#isOver = true;
    this.#with.onFenced();
  }
}
