/**
 * Runs one account: loads its session, keeps its connection as people want it, and writes down how it stands.
 * What follows from what is decided in `machine.ts`; here it is done, one thing after the other. Messages and receipts do not wait
 * in that line.
 */
import type { Account } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { FencedError, SessionKeyError, type AccountSession } from '../session/types.ts';
import type { Database } from '../store/firestore.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRecord } from './account-record.ts';
import { Connection, type ConnectionDependencies, type LifeEvent } from './connection.ts';
import { isLinkOver, markLink } from './link-marker.ts';
import { Linking } from './linking.ts';
import {
  codeNotShown,
  effectFailed,
  requestTaken,
  retryScheduled,
  sessionNotLoaded,
  sessionUnreadable,
  stoppedUnclean,
} from './log-events.ts';
import { initialState, step } from './machine.ts';
import type { Effect, Input, MachineState } from './steps.ts';
import { isOwnPhone } from './own-phone.ts';
import { within } from './within.ts';

export interface SupervisorDependencies extends Pick<
  ConnectionDependencies,
  'openSocket' | 'onMessage' | 'onReceipt' | 'onOpen' | 'onClosed'
> {
  readonly accountId: string;
  readonly account: Account;
  /** Of the lease this host holds. */
  readonly epoch: number;
  readonly db: Database;
  /** Loads the account's session; see `loadSession`. */
  readonly openSession: (onFenced: () => void) => Promise<AccountSession>;
  /** Learns the newest WhatsApp Web version. */
  readonly refreshVersion: () => Promise<void>;
  /** Asks Firestore whether our lease is still the one. */
  readonly holdsLease: () => Promise<boolean>;
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** A write found that another host owns the account. Called at most once; the account does nothing more by then. */
  readonly onFenced: () => void;
}

export interface AccountSupervisor {
  /** The account's document changed. */
  accountChanged(account: Account): void;
  /** The connection messages can go out on; `null` while there is none. */
  socket(): WhatsAppSocket | null;
  /** Ends the connection, keeps the link, and resolves when all the account knows is durable, or after a few seconds. */
  stop(): Promise<void>;
  /** Another host owns the account: ends the connection and writes nothing any more. */
  fence(): Promise<void>;
}

/** How long `stop` waits for what is under way, ms. Cloud Run gives the whole process 10 s. */
const STOP_TIMEOUT_MS = 4_000;

/** The close code that may mean that another host took the account over. */
const REPLACED = 440;

class Supervisor implements AccountSupervisor {
  readonly #with: SupervisorDependencies;
  readonly #linking: Linking;
  readonly #record: AccountRecord;
  readonly #connection: Connection;
  #account: Account;
  #session: AccountSession | null = null;
  #state: MachineState;
  #cancelRetry: () => void = () => undefined;
  #takenRequestId: string | null = null;
  /** The line in which steps are taken. */
  #line: Promise<void>;
  #isStopped = false;

  constructor(dependencies: SupervisorDependencies) {
    this.#with = dependencies;
    const { db, accountId, clock, account } = dependencies;
    this.#account = account;
    this.#linking = new Linking(db, accountId, clock);
    this.#record = new AccountRecord({ ...dependencies, isStopped: () => this.#isStopped });
    this.#connection = new Connection({
      ...dependencies,
      mayServe: (waJid) => this.#state.removal === null && isOwnPhone(this.#account.phoneE164, waJid),
      onLife: (event, claim) => {
        this.#enqueue(async () => {
          if (claim()) await this.#step(await this.#inputOf(event));
        });
      },
    });
    this.#state = initialState(false, false, account.linkMethod);
    this.#line = this.#start();
  }

  accountChanged(account: Account): void {
    const before = this.#account;
    this.#account = account;
    this.#enqueue(() => this.#follow(before, account));
  }

  socket(): WhatsAppSocket | null {
    return this.#connection.openSocket();
  }

  async stop(): Promise<void> {
    this.#halt();
    const done = this.#connection
      .disconnect()
      .then(() => this.#line)
      .then(() => this.#session?.flush());
    await this.#briefly(done);
  }

  async fence(): Promise<void> {
    this.#halt();
    await this.#briefly(this.#connection.disconnect());
  }

  #halt(): void {
    this.#isStopped = true;
    this.#cancelRetry();
  }

  async #briefly(work: Promise<void>): Promise<void> {
    const { clock, logger } = this.#with;
    await within(clock, STOP_TIMEOUT_MS, work).catch((error: unknown) => {
      if (!(error instanceof FencedError)) stoppedUnclean(logger, error);
    });
  }

  #enqueue(task: () => Promise<void>): void {
    this.#line = this.#line.then(async () => {
      if (!this.#isStopped && this.#session) await task();
    });
  }

  async #start(): Promise<void> {
    const { clock, logger } = this.#with;
    await untilStored(
      clock,
      () => this.#isStopped,
      () => this.#load(),
      (attempt, error) => {
        sessionNotLoaded(logger, attempt, error);
      },
    );
    if (this.#isStopped || !this.#session) return;
    const { status, desired, linkMethod, pendingRequest } = this.#account;
    this.#state = initialState(this.#session.creds !== null, isLinkOver(this.#session), linkMethod);
    if (pendingRequest) await this.#takeRequest(this.#account);
    else await this.#step({ type: 'start', status, desired });
  }

  /** Loads the session. Trouble that trying again cannot cure ends here. */
  async #load(): Promise<void> {
    const { openSession, logger } = this.#with;
    try {
      this.#session = await openSession(() => {
        this.#loseOwnership();
      });
    } catch (error) {
      if (error instanceof FencedError) this.#loseOwnership();
      else if (error instanceof SessionKeyError) {
        sessionUnreadable(logger, error);
        await this.#record.openIncident('session_unreadable', { reason: error.message });
      } else throw error;
    }
  }

  #loseOwnership(): void {
    if (this.#isStopped) return;
    void this.fence();
    this.#with.onFenced();
  }

  async #follow(before: Account, account: Account): Promise<void> {
    if (account.pendingRequest && account.pendingRequest.id !== this.#takenRequestId) await this.#takeRequest(account);
    else if (account.desired !== before.desired) await this.#step({ type: 'desired', desired: account.desired });
  }

  async #takeRequest({ pendingRequest, linkMethod }: Account): Promise<void> {
    if (!pendingRequest) return;
    const { id: requestId, type: request } = pendingRequest;
    this.#takenRequestId = requestId;
    requestTaken(this.#with.logger, requestId, request);
    await this.#step({ type: 'request', requestId, request, method: linkMethod });
  }

  async #inputOf(event: LifeEvent): Promise<Input> {
    const { clock, random, holdsLease } = this.#with;
    const nowMs = clock.monotonicMs();
    switch (event.type) {
      case 'qr':
        return { type: 'code', qr: event.qr, expiresInMs: event.expiresInMs };
      case 'linked':
        return { type: 'linked' };
      case 'open': {
        const { waJid, waLid, pushName } = event;
        const isOwn = isOwnPhone(this.#account.phoneE164, waJid);
        return { type: 'open', identity: { waJid, waLid, pushName }, isOwnPhone: isOwn, nowMs };
      }
      case 'closed': {
        const { code, message } = event;
        // Asked only where it decides. While Firestore cannot be asked, the lease is ours until we learn otherwise.
        const isHeld = code === REPLACED ? await holdsLease().catch(() => true) : true;
        return { type: 'closed', code, message, holdsLease: isHeld, nowMs, random: random() };
      }
    }
  }

  async #step(input: Input): Promise<void> {
    const { state, effects } = step(this.#state, input);
    this.#state = state;
    for (const effect of effects) {
      try {
        await this.#apply(effect);
      } catch (error) {
        // The session answers every write with this once it is lost; `onFenced` was called by then.
        if (error instanceof FencedError) return;
        effectFailed(this.#with.logger, effect.type, error);
      }
    }
  }

  async #apply(effect: Effect): Promise<void> {
    // Each entry takes the effect it is named after; the compiler does not follow that through a lookup.
    const apply = this.#appliers[effect.type] as (effect: Effect) => Promise<void> | undefined;
    await apply(effect);
  }

  readonly #appliers: {
    readonly [T in Effect['type']]: (effect: Extract<Effect, { type: T }>) => Promise<void> | undefined;
  } = {
    connect: () => {
      this.#cancelRetry();
      if (this.#session && !this.#isStopped) this.#connection.connect(this.#session);
      return undefined;
    },
    disconnect: () => {
      this.#cancelRetry();
      return this.#connection.disconnect();
    },
    logout: () => {
      this.#cancelRetry();
      return this.#connection.logout();
    },
    erase: ({ mode }) => this.#session?.erase(mode),
    'mark-link': ({ isOver }) => (this.#session ? markLink(this.#session, isOver) : undefined),
    'show-code': (effect) => this.#showCode(effect),
    'hide-code': () => this.#record.stored(() => this.#linking.hide()),
    status: (effect) => this.#record.writeStatus(effect),
    'retry-after': ({ delayMs }) => {
      this.#retryAfter(delayMs);
      return undefined;
    },
    'refresh-version': () => this.#with.refreshVersion(),
    incident: ({ incident, drop }) => this.#record.openIncident(incident, { ...drop }),
    done: ({ requestId }) => this.#record.completeRequest(requestId),
  };

  async #showCode(effect: Extract<Effect, { type: 'show-code' }>): Promise<void> {
    const socket = this.#connection.anySocket();
    if (!socket) return;
    if (effect.method === 'qr') {
      await this.#record.stored(() => this.#linking.showQr(effect.qr, effect.expiresInMs));
      return;
    }
    try {
      await this.#linking.showPairingCode(socket, this.#account.phoneE164);
    } catch (error) {
      codeNotShown(this.#with.logger, error);
    }
  }

  #retryAfter(delayMs: number): void {
    const { clock, logger } = this.#with;
    retryScheduled(logger, delayMs, this.#state.attempts);
    this.#cancelRetry();
    this.#cancelRetry = clock.after(delayMs, () => {
      this.#enqueue(() => this.#step({ type: 'retry' }));
    });
  }
}

/** Starts running an account. Returns at once; loading the session and connecting follow. */
export function superviseAccount(dependencies: SupervisorDependencies): AccountSupervisor {
  return new Supervisor(dependencies);
}
