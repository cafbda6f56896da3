/**
 * One account as its owner runs it: the supervisor with its socket, the intake of what arrives, the outbox of what leaves.
 * Owns nothing of its own but the order in which these three begin and end.
 */
import type { Account } from '@switchboard/contract/account';
import { superviseAccount, type SupervisorDependencies } from '../account/supervisor.ts';
import type { Clock } from '../clock.ts';
import { Intake } from '../inbound/intake.ts';
import { AccountOutbox } from '../outbound/account-outbox.ts';
import type { OutboxWatch } from '../outbound/outbox-watch.ts';
import type { KekProvider } from '../session/kek.ts';
import { loadSession } from '../session/load-session.ts';
import type { Database } from '../store/firestore.ts';
import { holdsLease } from '../store/leases.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { findBuiltMessage, readClaimed } from '../store/outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Network } from '../whatsapp/network.ts';
import { openSocket } from '../whatsapp/open-socket.ts';
import type { RunningAccount, Taken } from './ownership.ts';

export interface OwnedAccountDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly network: Network;
  readonly kek: KekProvider;
  readonly watch: OutboxWatch;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** Whether our leases hold at this moment; nothing is sent while they do not. */
  readonly isHeld: () => boolean;
}

/** How long sends under way get to be acknowledged before the connection is closed under them, ms. */
const FINISH_SENDS_MS = 2_000;
/** How long what has arrived gets to reach Firestore once the connection is closed, ms. */
const FINISH_INTAKE_MS = 1_500;

class OwnedAccount implements RunningAccount {
  readonly #with: OwnedAccountDependencies;
  readonly #accountId: string;
  readonly #intake: Intake;
  readonly #outbox: AccountOutbox;
  readonly #supervisor: ReturnType<typeof superviseAccount>;

  constructor(dependencies: OwnedAccountDependencies, taken: Taken) {
    const { db, hostId, clock } = dependencies;
    const { accountId, account, epoch } = taken;
    const logger = dependencies.logger.child({ accountId });
    const statuses = new MessageStatusWriter(db, accountId);
    this.#with = dependencies;
    this.#accountId = accountId;
    this.#intake = new Intake({ db, accountId, team: account.team, statuses, clock, logger });
    this.#outbox = new AccountOutbox({
      db,
      hostId,
      epoch,
      statuses,
      clock,
      logger,
      socket: () => (dependencies.isHeld() ? this.#supervisor.socket() : null),
    });
    this.#supervisor = superviseAccount({ ...this.#supervision(taken, logger), clock, logger });
  }

  #supervision(
    { accountId, account, epoch, onLost }: Taken,
    logger: Logger,
  ): Omit<SupervisorDependencies, 'clock' | 'logger'> {
    const { db, kek, hostId, network, random, clock, connectTimeoutMs } = this.#with;
    return {
      accountId,
      account,
      epoch,
      db,
      random,
      openSession: (onFenced) => loadSession({ db, kek, clock, logger }, accountId, epoch, onFenced),
      openSocket: ({ session, memory, emit }) =>
        openSocket({
          accountId,
          network,
          session,
          memory,
          emit,
          clock,
          logger,
          openTimeoutMs: connectTimeoutMs,
          findSentMessage: (waMessageId) => findBuiltMessage(db, accountId, waMessageId),
        }),
      refreshVersion: () => network.refreshVersion(),
      holdsLease: () => holdsLease(db, accountId, hostId, epoch),
      onMessage: (message) => {
        this.#intake.takeMessage(message);
      },
      onReceipt: (receipt) => {
        this.#intake.takeReceipt(receipt);
      },
      onOpen: () => {
        this.#outbox.socketOpened();
      },
      onClosed: () => undefined,
      onFenced: onLost,
    };
  }

  /** Hands over what a former owner had claimed, before anything new is taken in. */
  async begin(): Promise<void> {
    for (const entry of await readClaimed(this.#with.db, this.#accountId)) this.#outbox.recover(entry);
    this.#with.watch.add(this.#accountId, this.#outbox);
  }

  accountChanged(account: Account): void {
    this.#supervisor.accountChanged(account);
  }

  isConnected(): boolean {
    return this.#supervisor.socket() !== null;
  }

  async stop(): Promise<void> {
    this.#with.watch.remove(this.#accountId);
    const sent = this.#outbox.stop();
    await this.#atMost(FINISH_SENDS_MS, sent);
    await this.#supervisor.stop();
    await sent;
    await this.#atMost(FINISH_INTAKE_MS, this.#intake.drain());
    this.#intake.stop();
  }

  async fence(): Promise<void> {
    this.#with.watch.remove(this.#accountId);
    this.#intake.stop();
    this.#outbox.fence();
    await this.#supervisor.fence();
  }

  async #atMost(timeoutMs: number, work: Promise<void>): Promise<void> {
    const elapsed = Promise.withResolvers<undefined>();
    const cancel = this.#with.clock.after(timeoutMs, () => {
      elapsed.resolve(undefined);
    });
    await Promise.race([work, elapsed.promise]);
    cancel();
  }
}

/** Starts running an account this host has just taken. @throws when what a former owner left cannot be read. */
export async function runAccount(dependencies: OwnedAccountDependencies, taken: Taken): Promise<RunningAccount> {
  const owned = new OwnedAccount(dependencies, taken);
  try {
    await owned.begin();
  } catch (error) {
    await owned.fence();
    throw error;
  }
  return owned;
}
