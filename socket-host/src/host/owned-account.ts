/**
 * One account as its owner runs it: the supervisor with its socket, the intake of what arrives, the outbox of what leaves.
 * Owns nothing of its own but the order in which these three begin and end.
 */
import type { Account } from '@switchboard/contract/account';
import { isOwnPhone } from '../account/own-phone.ts';
import { superviseAccount } from '../account/supervisor.ts';
import type { SupervisorDependencies } from '../account/supervisor-types.ts';
import type { WebVersions } from '../account/web-versions.ts';
import type { Clock } from '../clock.ts';
import { Intake } from '../inbound/intake.ts';
import { AccountOutbox } from '../outbound/account-outbox.ts';
import type { DefaultLimits } from '../outbound/gate.ts';
import type { OutboxWatch } from '../outbound/outbox-watch.ts';
import type { KekProvider } from '../session/kek.ts';
import { loadSession } from '../session/load-session.ts';
import type { Database } from '../store/firestore.ts';
import { openIncident } from '../store/incidents.ts';
import { holdsLease, type HeldLease } from '../store/leases.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { findBuiltMessage } from '../store/outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MinuteRates } from '../telemetry/minute-rates.ts';
import type { Network } from '../whatsapp/network.ts';
import { openSocket } from '../whatsapp/open-socket.ts';
import type { SocketTiming } from '../whatsapp/timing.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import type { WebVersion } from '../whatsapp/web-version.ts';
import { inspectCredsOf } from './inspect-creds.ts';
import { incidentNotOpened } from './log-events.ts';
import type { RunningAccount, Taken } from './running-account.ts';
import type { Slots } from './slots.ts';
import { openInTurn } from './socket-in-turn.ts';

export interface OwnedAccountDependencies {
  readonly db: Database;
  readonly hostId: string;
  readonly network: Network;
  readonly kek: KekProvider;
  readonly watch: OutboxWatch;
  /** How fast accounts send that do not say so themselves. */
  readonly defaults: DefaultLimits;
  readonly connectTimeoutMs: number;
  readonly timing: SocketTiming;
  /** How long a connection has to hold until the account is well again, ms. */
  readonly stableMs: number;
  readonly versions: WebVersions;
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** Whether our leases hold at this moment; nothing is sent while they do not. */
  readonly isHeld: () => boolean;
  /** Who may connect now: all accounts of the host share it. */
  readonly connecting: Slots;
  /** Counts what all accounts of the host do. */
  readonly rates: MinuteRates;
}

/** How long sends under way get to be acknowledged before the connection is closed under them, ms. */
const FINISH_SENDS_MS = 2_000;
/** How long what has arrived gets to reach Firestore once the connection is closed, ms. */
const FINISH_INTAKE_MS = 1_000;
/** How long what became of those sends gets to be stored, ms. */
const SETTLE_SENDS_MS = 500;
/** What Firestore says of a refusal names the document and the limit, in less than this many characters. */
const MAX_REASON = 300;

class OwnedAccount implements RunningAccount {
  readonly #with: OwnedAccountDependencies;
  readonly #accountId: string;
  readonly #intake: Intake;
  readonly #outbox: AccountOutbox;
  readonly #supervisor: ReturnType<typeof superviseAccount>;
  /** The WhatsApp Web version of the last connection; `null` before the first. */
  #presented: WebVersion | null = null;
  /** Linked, and not connected since. */
  #isNewLink = false;
  #isFenced = false;

  constructor(dependencies: OwnedAccountDependencies, taken: Taken) {
    const { db, clock, random, defaults, rates } = dependencies;
    const { accountId, account, lease, onDoubt, signal } = taken;
    signal.addEventListener('abort', () => void this.fence());
    const logger = dependencies.logger.child({ accountId });
    const statuses = new MessageStatusWriter(db, accountId, clock);
    this.#with = dependencies;
    this.#accountId = accountId;
    const onFirstAnswer = (threadId: string): void => {
      this.#outbox.answered(threadId);
    };
    const isHeld = (): boolean => this.#isHeld();
    const { team } = account;
    this.#intake = new Intake({ ...lease, db, team, statuses, clock, logger, isHeld, rates, onFirstAnswer });
    this.#outbox = new AccountOutbox({
      db,
      accountId,
      lease,
      rules: account,
      defaults,
      random,
      statuses,
      rates,
      clock,
      logger,
      isHeld,
      onRefused: onDoubt,
      onSent: () => {
        this.#supervisor.messageLeft();
      },
      socket: () => (this.#isHeld() ? this.#supervisor.socket() : null),
    });
    this.#supervisor = superviseAccount({ ...this.#supervision(taken, logger), clock, logger });
  }

  #supervision(
    { accountId, account, accountVersion, session, lease, onLost }: Taken,
    logger: Logger,
  ): Omit<SupervisorDependencies, 'clock' | 'logger'> {
    const { db, kek, hostId, network, versions, random, clock, stableMs } = this.#with;
    const { epoch } = lease;
    const inspect = inspectCredsOf(account.phoneE164);
    const isHeld = (): boolean => this.#isHeld();
    let claimed = session;
    return {
      accountId,
      account,
      asTaken: { account, version: accountVersion },
      epoch,
      db,
      random,
      stableMs,
      openSession: async (onFenced) => {
        // Before the first connection: an old version would be refused.
        await versions.prepare();
        const onGivenUp = (error: unknown): void => {
          this.#tellUnwritten(error, lease, logger);
        };
        const load = { db, kek, clock, logger, inspect, isHeld, onGivenUp };
        // Good once: whatever is loaded later was written since.
        const first = claimed;
        claimed = null;
        return loadSession(load, accountId, epoch, onFenced, first);
      },
      openSocket: (wanted) => this.#openSocket(wanted, account, logger),
      refreshVersion: async () => {
        if (this.#presented) await network.versionRefused(this.#presented);
      },
      isHeld,
      holdsLease: () => holdsLease(db, accountId, hostId, epoch),
      onMessage: (message, stored) => {
        void this.#intake.takeMessage(message).then((isStored) => {
          if (isStored) stored();
        });
      },
      onReceipt: (receipt, stored) => {
        void this.#intake.takeReceipt(receipt).then((isStored) => {
          if (isStored) stored();
        });
        if (receipt.status === 'failed') this.#outbox.refused(receipt.waMessageId, receipt.errorCode ?? 'unknown');
      },
      onOpen: () => {
        this.#outbox.socketOpened();
      },
      onClosed: () => undefined,
      onFenced: onLost,
    };
  }

  #openSocket(
    { session, memory, emit }: Parameters<SupervisorDependencies['openSocket']>[0],
    { phoneE164 }: Account,
    logger: Logger,
  ): WhatsAppSocket {
    const { db, network, clock, connectTimeoutMs, timing, connecting } = this.#with;
    return openInTurn({
      slots: connecting,
      logger,
      open: (report) => {
        const version = network.version();
        this.#presented = version;
        return openSocket({
          accountId: this.#accountId,
          network,
          mayLink: (waJid) => isOwnPhone(phoneE164, waJid),
          maySpeak: () => this.#isHeld(),
          version,
          session,
          memory,
          emit: (event) => {
            if (event.type === 'linked') this.#isNewLink = true;
            if (event.type === 'open') this.#takeOpen(version);
            report(event);
          },
          clock,
          logger,
          openTimeoutMs: connectTimeoutMs,
          timing,
          findSentMessage: (waMessageId) => findBuiltMessage(db, this.#accountId, waMessageId),
        });
      },
      emit: (event) => {
        // Asking is enough: a process that was stopped for a while learns it here, before it acts on what it hears.
        this.#isHeld();
        emit(event);
      },
    });
  }

  #takeOpen(version: WebVersion): void {
    this.#with.network.versionAccepted(version);
    if (this.#isNewLink) this.#intake.expectPast();
    this.#isNewLink = false;
  }

  /** Once for each time it happens, since the account is fenced right after it: it is opened anew, and the next time tells again. */
  #tellUnwritten(error: unknown, lease: HeldLease, logger: Logger): void {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
    const trouble = { type: 'session_unwritten', details: { reason } } as const;
    openIncident(this.#with.db, lease, trouble).catch((failure: unknown) => {
      incidentNotOpened(logger, trouble.type, failure);
    });
  }

  /** Nothing is taken in before the version to connect with is known. */
  async begin(): Promise<void> {
    await this.#with.versions.prepare();
    this.#with.watch.add(this.#accountId, this.#outbox);
  }

  accountChanged(account: Account): void {
    this.#supervisor.accountChanged(account);
    this.#outbox.rulesChanged(account);
  }

  isConnected(): boolean {
    return this.#supervisor.socket() !== null;
  }

  isIdle(): boolean {
    return this.#outbox.isIdle() && this.#intake.isIdle();
  }

  async stop(): Promise<void> {
    this.#with.watch.remove(this.#accountId);
    const sent = this.#outbox.stop();
    await this.#atMost(FINISH_SENDS_MS, sent);
    await this.#supervisor.stop();
    await this.#atMost(SETTLE_SENDS_MS, sent);
    await this.#atMost(FINISH_INTAKE_MS, this.#intake.drain());
    // What is not done by now is the next owner's: from here on it may be at it.
    this.#isFenced = true;
    this.#intake.stop();
    this.#outbox.fence();
  }

  async fence(): Promise<void> {
    this.#isFenced = true;
    this.#with.watch.remove(this.#accountId);
    this.#intake.stop();
    this.#outbox.fence();
    await this.#supervisor.fence();
  }

  /** Whether the account is ours at this moment. Once it was not, this object does nothing for it any more, even if it is ours again. */
  #isHeld(): boolean {
    return !this.#isFenced && this.#with.isHeld();
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

/** Starts running an account this host has just taken. @throws when it could not begin; then nothing of it runs. */
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
