/**
 * Runs one account: loads its session, keeps its connection as people want it, and writes down how it stands.
 * What follows from what is decided in `machine.ts`; here it is done, one thing after the other. Messages and receipts do not wait
 * in that line.
 */
import type { Account } from '@switchboard/contract/account';
import { FencedError, type AccountSession } from '../session/types.ts';
import { wereLetIn } from '../whatsapp/creds-check.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRecord } from './account-record.ts';
import { appliersOf, type Appliers } from './appliers.ts';
import { Connection, type LifeEvent } from './connection.ts';
import { applyInOrder } from './in-order.ts';
import { inputOf } from './input-of.ts';
import { isLinkOver } from './link-marker.ts';
import { Linking } from './linking.ts';
import { effectFailed, requestTaken, retryScheduled, stoppedUnclean, taskFailed } from './log-events.ts';
import { initialState, step } from './machine.ts';
import { SessionOpening } from './session-opening.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { StepTimers } from './step-timers.ts';
import type { Effect, Input, MachineState } from './steps.ts';
import type { AccountSupervisor, SupervisorDependencies } from './supervisor-types.ts';
import { TaskLine } from './task-line.ts';
import { within } from './within.ts';

/** How long `stop` waits for what is under way, ms. Cloud Run gives the whole process 10 s. */
const STOP_TIMEOUT_MS = 4_000;
/** What is told of a connection that could not even be begun. */
const NOT_BEGUN: LifeEvent = { type: 'closed', code: null, message: 'The connection could not be begun' };

class Supervisor implements AccountSupervisor {
  readonly #with: SupervisorDependencies;
  readonly #linking: Linking;
  readonly #record: AccountRecord;
  readonly #opening: SessionOpening;
  readonly #connection: Connection;
  readonly #appliers: Appliers;
  readonly #timers: StepTimers;
  readonly #signs: SignsOfLife;
  #account: Account;
  /** As it was when it was last acted on. */
  #followed: Account;
  #session: AccountSession | null = null;
  #state: MachineState;
  #takenRequestId: string | null = null;
  /** In which steps are taken. */
  readonly #line: TaskLine;
  #isStopped = false;

  constructor(dependencies: SupervisorDependencies) {
    this.#with = dependencies;
    const { account } = dependencies;
    this.#account = account;
    this.#followed = account;
    this.#line = new TaskLine((error) => {
      taskFailed(dependencies.logger, error);
    });
    this.#record = new AccountRecord({ ...dependencies, isStopped: () => !this.#isOurs() });
    this.#linking = new Linking({ ...dependencies, record: this.#record });
    this.#opening = this.#openingOf(dependencies);
    this.#timers = new StepTimers({
      ...dependencies,
      onTime: (input) => {
        this.#enqueue(() => this.#step(input));
      },
    });
    this.#signs = this.#observe(dependencies);
    this.#connection = new Connection({
      ...dependencies,
      signs: this.#signs,
      mayServe: () => this.#state.removal === null,
      onLife: (event, claim) => {
        this.#enqueue(async () => {
          if (claim()) await this.#step(await inputOf(dependencies, this.#account.phoneE164, event));
        });
      },
    });
    this.#appliers = this.#appliersOf(dependencies);
    this.#state = initialState(false, false, account.linkMethod);
    this.#addStart(false);
  }

  accountChanged(account: Account): void {
    this.#account = account;
    this.#line.add(async () => {
      if (this.#isStopped) return;
      if (this.#session) await this.#follow();
      else if (this.#opening.isAskedAnew(account)) await this.#start(false);
    });
  }

  socket(): WhatsAppSocket | null {
    return this.#connection.openSocket();
  }

  messageLeft(): void {
    this.#signs.messageLeft();
  }

  async stop(): Promise<void> {
    this.#halt();
    const ended = this.#connection.disconnect().then(() => this.#line.done());
    await this.#briefly(ended.then(() => this.#session?.flush()));
  }

  async fence(): Promise<void> {
    this.#halt();
    await this.#briefly(this.#connection.disconnect());
  }

  #observe({ clock }: SupervisorDependencies): SignsOfLife {
    return new SignsOfLife({
      clock,
      note: (note) => {
        this.#record.noteLife(note);
      },
      onUnreadable: (count) => {
        this.#enqueue(() => this.#record.openIncident('decryption_failing', { count }));
      },
      onReadable: () => {
        this.#enqueue(() => this.#record.resolveIncidents(['decryption_failing']));
      },
    });
  }

  #halt(): void {
    this.#isStopped = true;
    this.#opening.cancel();
    this.#timers.cancel();
    this.#signs.stop();
  }

  async #briefly(work: Promise<void>): Promise<void> {
    const { clock, logger } = this.#with;
    await within(clock, STOP_TIMEOUT_MS, work).catch((error: unknown) => {
      if (!(error instanceof FencedError)) stoppedUnclean(logger, error);
    });
  }

  #enqueue(task: () => Promise<void>): void {
    this.#line.add(async () => {
      if (!this.#isStopped && this.#session) await task();
    });
  }

  #openingOf(dependencies: SupervisorDependencies): SessionOpening {
    return new SessionOpening({
      ...dependencies,
      record: this.#record,
      isStopped: () => !this.#isOurs(),
      account: () => this.#account,
      open: () => dependencies.openSession(this.#loseOwnership),
      onFenced: this.#loseOwnership,
      onAgain: () => {
        this.#addStart(true);
      },
    });
  }

  #addStart(isAgain: boolean): void {
    this.#line.add(async () => {
      if (!this.#isStopped && !this.#session) await this.#start(isAgain);
    });
  }

  async #start(isAgain: boolean): Promise<void> {
    const loaded = await this.#opening.open(isAgain);
    if (loaded.kind === 'stopped' || loaded.kind === 'unreadable' || this.#isStopped) return;
    this.#session = loaded.kind === 'loaded' ? loaded.session : null;
    await this.#begin(this.#session);
  }

  /** @param session `null` when the account is to be deleted, and its session was. */
  async #begin(session: AccountSession | null): Promise<void> {
    const { status, desired, linkMethod, pendingRequest } = this.#account;
    this.#followed = this.#account;
    this.#state = initialState(this.#link().isLinked, session !== null && isLinkOver(session), linkMethod);
    if (session) this.#connection.replay(session);
    if (pendingRequest) await this.#takeRequest(this.#account);
    else await this.#step({ type: 'start', status, desired });
  }

  #link(): Pick<MachineState, 'isLinked' | 'hasOpened'> {
    const creds = this.#session?.creds ?? null;
    return { isLinked: creds !== null, hasOpened: creds !== null && wereLetIn(creds) };
  }

  #isOurs(): boolean {
    return !this.#isStopped && this.#with.isHeld();
  }

  readonly #loseOwnership = (): void => {
    if (this.#isStopped) return;
    void this.fence();
    this.#with.onFenced();
  };

  /** Acts on what is wanted now: what was asked before that, while the line was busy, counts no more. */
  async #follow(): Promise<void> {
    const [before, account] = [this.#followed, this.#account];
    this.#followed = account;
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
    // What is asked in the moment of pairing ends that connection before it can say that it made a link.
    const { state, effects } = step({ ...this.#state, ...this.#link() }, input);
    if (state.phase !== this.#state.phase) this.#timers.phaseChanged(state.phase);
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
      if (effect.type === 'connect') this.#countAsFailed();
    }
    return true;
  }

  /** No socket will tell that this connection has ended. */
  #countAsFailed(): void {
    this.#enqueue(async () => {
      const isWaiting = this.#state.phase === 'connecting' && this.#connection.anySocket() === null;
      if (isWaiting) await this.#step(await inputOf(this.#with, this.#account.phoneE164, NOT_BEGUN));
    });
  }

  #appliersOf(dependencies: SupervisorDependencies): Appliers {
    return appliersOf({
      ...dependencies,
      connection: this.#connection,
      linking: this.#linking,
      record: this.#record,
      timers: this.#timers,
      session: () => this.#session,
      account: () => this.#account,
      isStopped: () => !this.#isOurs(),
      onRetryAfter: (delayMs) => {
        retryScheduled(dependencies.logger, delayMs, this.#state.attempts);
        this.#timers.retryAfter(delayMs);
      },
      onStandDown: this.#loseOwnership,
    });
  }
}

/** Starts running an account. Returns at once; loading the session and connecting follow. */
export function superviseAccount(dependencies: SupervisorDependencies): AccountSupervisor {
  return new Supervisor(dependencies);
}
