/** What a host and the accounts it runs have to do with each other. */
import type { Account } from '@switchboard/contract/account';
import type { Acquired } from '../store/leases.ts';

/** An account as its owner runs it. */
export interface RunningAccount {
  accountChanged(account: Account): void;
  isConnected(): boolean;
  /** Whether nothing is on its way out, taken and not stored yet, or about to come of the phone's past. */
  isIdle(): boolean;
  /** Finishes what is under way, makes everything durable and closes the socket; the link stays. */
  stop(): Promise<void>;
  /** We own the account no longer: from this call on nothing is sent or written for it. Resolves when its socket is closed. */
  fence(): Promise<void>;
}

/** An account that was just taken. */
export interface Taken extends Acquired {
  readonly accountId: string;
  /** To be called when a write finds that another host owns the account. */
  readonly onLost: () => void;
  /** To be called when a write was refused for a reason that may be that. */
  readonly onDoubt: () => void;
  /** Aborted when it is ours no longer before it is run. */
  readonly signal: AbortSignal;
}
