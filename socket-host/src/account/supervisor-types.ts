/** What runs an account (`supervisor.ts`), and what it needs to. */
import type { Account } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import type { AccountSession } from '../session/types.ts';
import type { KnownAccount } from '../store/accounts.ts';
import type { Database } from '../store/firestore.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import type { ConnectionDependencies } from './connection.ts';

export interface SupervisorDependencies extends Pick<
  ConnectionDependencies,
  'openSocket' | 'onMessage' | 'onReceipt' | 'onOpen' | 'onClosed'
> {
  readonly accountId: string;
  readonly account: Account;
  /** As it was taken; see `AccountRecord`. */
  readonly asTaken: KnownAccount | null;
  /** Of the lease this host holds. */
  readonly epoch: number;
  readonly db: Database;
  /** Loads the account's session; see `loadSession`. */
  readonly openSession: (onFenced: () => void) => Promise<AccountSession>;
  /** WhatsApp refused the version that was presented: another one is presented next, if there is one. */
  readonly refreshVersion: () => Promise<void>;
  /** Asks Firestore whether our lease is still the one. */
  readonly holdsLease: () => Promise<boolean>;
  /** Whether it is, by our own clock. Nothing is written while it is not. */
  readonly isHeld: () => boolean;
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** How long a connection has to hold until the account is well again, ms. */
  readonly stableMs?: number;
  /** A write found that another host owns the account. Called at most once; the account does nothing more by then. */
  readonly onFenced: () => void;
}

export interface AccountSupervisor {
  /** The account's document changed. */
  accountChanged(account: Account): void;
  /** The connection messages can go out on; `null` while there is none. */
  socket(): WhatsAppSocket | null;
  /** WhatsApp has a message that went out on it. */
  messageLeft(): void;
  /** Ends the connection, keeps the link, and resolves when all the account knows is durable, or after a few seconds. */
  stop(): Promise<void>;
  /** Another host owns the account: ends the connection and writes nothing any more. */
  fence(): Promise<void>;
}
