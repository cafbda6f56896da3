/**
 * The leases of this host as Firestore has them. No call is waited for without a bound: Firestore's client gives one that hangs up after
 * minutes, and until then nobody could take the account: not this host, which waits, nor another, for which this one lives. What lands
 * after it was given up on is refused by the version or the epoch of what was done since, or is reported by the account's document, which
 * names us by then.
 */
import { within } from '../account/within.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import {
  acquireLease,
  holdsLease,
  readLeaseHolder,
  releaseLease,
  type Acquired,
  type HeldLease,
} from '../store/leases.ts';

/** How long a call may take, ms. They take some tens. */
const CALL_MS = 10_000;

export interface OwnLeasesDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly clock: Clock;
}

export class OwnLeases {
  readonly #with: OwnLeasesDependencies;

  constructor(dependencies: OwnLeasesDependencies) {
    this.#with = dependencies;
  }

  /** As `acquireLease`. @throws besides, when it is not known in time whether it was taken. */
  async acquire(accountId: string): Promise<Acquired | null> {
    const { db, hostId } = this.#with;
    const givenUp = new AbortController();
    try {
      return await this.#inTime(acquireLease(db, accountId, hostId, givenUp.signal));
    } catch (error) {
      // One that would go on by what it reads later would take the account from ourselves.
      givenUp.abort();
      throw error;
    }
  }

  /** @returns whether it was ours. @throws also when it is not known in time whether it was given back. */
  release({ accountId, epoch }: HeldLease): Promise<boolean> {
    const { db, hostId } = this.#with;
    return this.#inTime(releaseLease(db, accountId, hostId, epoch));
  }

  /** Whether the lease of an account names us, under whatever epoch. */
  async isOurs(accountId: string): Promise<boolean> {
    const { db, hostId } = this.#with;
    return (await this.#inTime(readLeaseHolder(db, accountId))) === hostId;
  }

  holds({ accountId, epoch }: HeldLease): Promise<boolean> {
    const { db, hostId } = this.#with;
    return this.#inTime(holdsLease(db, accountId, hostId, epoch));
  }

  #inTime<T>(call: Promise<T>): Promise<T> {
    return within(this.#with.clock, CALL_MS, call);
  }
}
