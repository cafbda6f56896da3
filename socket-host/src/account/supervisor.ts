/**
 * Runs one account: loads its session, keeps its connection as people want it, and writes down how it stands.
 * What follows from what is decided in `machine.ts`; here it is done, one thing after the other. Messages and receipts do not wait
 * in that line.
 */
import type { Account } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import { FencedError, type AccountSession } from '../session/types.ts';
import type { Database } from '../store/firestore.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRecord } from './account-record.ts';
import { Alarm } from './alarm.ts';
import { Connection, type ConnectionDependencies } from './connection.ts';
import { applyInOrder } from './in-order.ts';
import { inputOf } from './input-of.ts';
import { isLinkOver, markLink } from './link-marker.ts';
import { Linking } from './linking.ts';
import { effectFailed, requestTaken, retryScheduled, stoppedUnclean } from './log-events.ts';
import { initialState, STABLE_MS, step } from './machine.ts';
import { isOwnPhone } from './own-phone.ts';
import { loadOnce, reasonToLoad } from './session-loading.ts';
import { SignsOfLife } from './signs-of-life.ts';
import type { Effect, Input, MachineState } from './steps.ts';
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
  /** Ends the connection, keeps the link, and resolves when all the account knows is durable, or after a few seconds. */
  stop(): Promise<void>;
  /** Another host owns the account: ends the connection and writes nothing any more. */
  fence(): Promise<void>;
}

/** How long `stop` waits for what is under way, ms. Cloud Run gives the whole process 10 s. */
const STOP_TIMEOUT_MS = 4_000;

class Supervisor implements AccountSupervisor {
  readonly #with: SupervisorDependencies;
  readonly #linking: Linking;
  readonly #record: AccountRecord;
  readonly #connection: Connection;
  readonly #retry: Alarm;
  readonly #stability: Alarm;
  #account: Account;
  #session: AccountSession | null = null;
  #state: MachineState;
  #takenRequestId: string | null = null;
  /** What was asked when the session was last found unreadable: the same is no reason to try again. */
  #unreadableFor: string | null = null;
  /** The line in which steps are taken. */
  #line: Promise<void>;
  #isStopped = false;

  constructor(dependencies: SupervisorDependencies) {
    this.#with = dependencies;
    const { clock, account } = dependencies;
    this.#account = account;
    this.#record = new AccountRecord({ ...dependencies, isStopped: () => !this.#isOurs() });
    this.#linking = new Linking({ ...dependencies, record: this.#record });
    this.#retry = new Alarm(clock);
    this.#stability = new Alarm(clock);
    this.#connection = new Connection({
      ...dependencies,
      signs: this.#observe(dependencies),
      mayServe: (waJid) => this.#state.removal === null && isOwnPhone(this.#account.phoneE164, waJid),
      onLife: (event, claim) => {
        this.#enqueue(async () => {
          if (claim()) await this.#step(await inputOf(dependencies, this.#account.phoneE164, event));
        });
      },
    });
    this.#state = initialState(false, false, account.linkMethod);
    this.#line = this.#start();
  }

  accountChanged(account: Account): void {
    const before = this.#account;
    this.#account = account;
    this.#line = this.#line.then(async () => {
      if (this.#isStopped) return;
      if (this.#session) await this.#follow(before, account);
      else if (reasonToLoad(account) !== this.#unreadableFor) await this.#start();
    });
  }

  socket(): WhatsAppSocket | null {
    return this.#connection.openSocket();
  }

  async stop(): Promise<void> {
    const wasOpen = this.#connection.openSocket() !== null;
    this.#halt();
    const ended = this.#connection
      .disconnect()
      .then(() => this.#line)
      .then(() => this.#session?.flush());
    // Whoever runs it next connects at once. Until then nobody does, and it must not pass for connected.
    await this.#briefly(Promise.all([ended, wasOpen ? this.#record.writeGivenBack() : null]).then(() => undefined));
  }

  async fence(): Promise<void> {
    this.#halt();
    await this.#briefly(this.#connection.disconnect());
  }

  #observe({ clock }: SupervisorDependencies): SignsOfLife {
    return new SignsOfLife({
      clock,
      note: () => {
        this.#record.noteEvent();
      },
      onUnreadable: (count) => {
        this.#enqueue(() => this.#record.openIncident('decryption_failing', { count }));
      },
    });
  }

  #halt(): void {
    this.#isStopped = true;
    this.#retry.cancel();
    this.#stability.cancel();
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
    const { clock, logger, accountId, epoch, db, openSession } = this.#with;
    const loaded = await loadOnce({
      ...{ accountId, epoch, db, clock, logger, record: this.#record },
      isStopped: () => !this.#isOurs(),
      account: () => this.#account,
      onFenced: () => {
        this.#loseOwnership();
      },
      open: () =>
        openSession(() => {
          this.#loseOwnership();
        }),
    });
    if (loaded.kind === 'stopped' || this.#isStopped) return;
    this.#session = loaded.kind === 'loaded' ? loaded.session : null;
    this.#unreadableFor = this.#session ? null : reasonToLoad(this.#account);
    if (loaded.kind === 'unreadable') await this.#record.writeUnreadable(this.#account.status);
    else await this.#begin(this.#session);
  }

  /** @param session `null` when the account is to be deleted, and its session was. */
  async #begin(session: AccountSession | null): Promise<void> {
    if (session) this.#connection.replay(session);
    const { status, desired, linkMethod, pendingRequest } = this.#account;
    const isLinked = session !== null && session.creds !== null;
    this.#state = initialState(isLinked, session !== null && isLinkOver(session), linkMethod);
    if (pendingRequest) await this.#takeRequest(this.#account);
    else await this.#step({ type: 'start', status, desired });
  }

  #isOurs(): boolean {
    return !this.#isStopped && this.#with.isHeld();
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

  async #step(input: Input): Promise<void> {
    const { state, effects } = step(this.#state, input);
    if (state.phase !== this.#state.phase) this.#awaitStability(state.phase);
    this.#state = state;
    await applyInOrder(effects, (effect) => this.#apply(effect));
  }

  /** @returns whether the session is still ours: it answers every write with an error once it is not. */
  async #apply(effect: Effect): Promise<boolean> {
    try {
      // Each entry takes the effect it is named after; the compiler does not follow that through a lookup.
      await (this.#appliers[effect.type] as (effect: Effect) => Promise<void> | undefined)(effect);
    } catch (error) {
      if (error instanceof FencedError) return false;
      effectFailed(this.#with.logger, effect.type, error);
    }
    return true;
  }

  readonly #appliers: {
    readonly [T in Effect['type']]: (effect: Extract<Effect, { type: T }>) => Promise<void> | undefined;
  } = {
    connect: () => {
      this.#retry.cancel();
      if (this.#session && this.#isOurs()) this.#connection.connect(this.#session);
      return undefined;
    },
    disconnect: () => {
      this.#retry.cancel();
      return this.#connection.disconnect();
    },
    logout: () => {
      this.#retry.cancel();
      return this.#connection.logout();
    },
    erase: ({ mode }) => this.#session?.erase(mode),
    'mark-link': ({ isOver }) => (this.#session ? markLink(this.#session, isOver) : undefined),
    'show-code': (offer) => {
      const socket = this.#connection.anySocket();
      return socket ? this.#linking.show(socket, offer, this.#account.phoneE164) : undefined;
    },
    'hide-code': () => this.#linking.hide(),
    status: (effect) => this.#record.writeStatus(effect),
    'retry-after': ({ delayMs }) => {
      this.#retryAfter(delayMs);
      return undefined;
    },
    'refresh-version': () => this.#with.refreshVersion(),
    incident: ({ incident, drop }) => this.#record.openIncident(incident, { ...drop }),
    'resolve-incidents': () => this.#record.resolveIncidents(),
    done: ({ requestId }) => this.#record.completeRequest(requestId),
  };

  #awaitStability(phase: MachineState['phase']): void {
    this.#stability.cancel();
    if (phase !== 'open') return;
    this.#stability.set(this.#with.stableMs ?? STABLE_MS, () => {
      this.#enqueue(() => this.#step({ type: 'stable' }));
    });
  }

  #retryAfter(delayMs: number): void {
    retryScheduled(this.#with.logger, delayMs, this.#state.attempts);
    this.#retry.set(delayMs, () => {
      this.#enqueue(() => this.#step({ type: 'retry' }));
    });
  }
}

/** Starts running an account. Returns at once; loading the session and connecting follow. */
export function superviseAccount(dependencies: SupervisorDependencies): AccountSupervisor {
  return new Supervisor(dependencies);
}
