/** One account and its host as the supervisor sees them, for its tests: Firestore is the emulator's, the trouble is the test's. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import {
  accountRequestSchema,
  accountSchema,
  type Account,
  type AccountRequestType,
} from '@switchboard/contract/account';
import { incidentIdOf } from '@switchboard/contract/ids';
import type { IncidentType } from '@switchboard/contract/incident';
import { newAccount } from '@switchboard/contract/new-account';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { pino } from 'pino';
import { altered } from '../altered.ts';
import { systemClock, type Clock } from '../clock.ts';
import { localKek, WrongKeyError, type KekProvider } from '../session/kek.ts';
import { loadSession } from '../session/load-session.ts';
import type { AccountSession, EraseMode } from '../session/types.ts';
import { emulatedFirestore } from '../store/emulator.ts';
import type { Database } from '../store/firestore.ts';
import type { SocketEvent, WhatsAppSocket } from '../whatsapp/types.ts';
import { TOLD_AFTER_MS } from './session-loading.ts';
import { superviseAccount } from './supervisor.ts';
import type { AccountSupervisor } from './supervisor-types.ts';

export const db = emulatedFirestore();
type AccountRequest = ReturnType<typeof accountRequestSchema.parse>;

const logger = pino({ level: 'silent' });
export const FIVE_MINUTES_MS = 300_000;

/** Short waits pass by themselves, since they are for the database; long ones when the test says so. */
class HeldClock implements Clock {
  #passedMs = 0;
  #timers: { readonly delayMs: number; readonly atMs: number; readonly task: () => void }[] = [];

  nowMs(): number {
    return systemClock.nowMs() + this.#passedMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#passedMs;
  }

  after(delayMs: number, task: () => void): () => void {
    if (delayMs < TOLD_AFTER_MS) return systemClock.after(Math.min(delayMs, 50), task);
    const timer = { delayMs, atMs: this.#passedMs + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** How many waits of minutes there are. */
  held(): number {
    return this.#timers.filter(({ delayMs }) => delayMs >= FIVE_MINUTES_MS).length;
  }

  pass(ms: number): void {
    this.#passedMs += ms;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#passedMs);
    this.#timers = this.#timers.filter((each) => !due.includes(each));
    for (const { task } of due) task();
  }
}

export async function until<T>(
  read: () => T | Promise<T>,
  isMet: (seen: Awaited<T>) => boolean,
  what: string,
): Promise<Awaited<T>> {
  for (let turn = 0; ; turn += 1) {
    const seen = await read();
    if (isMet(seen)) return seen;
    if (turn > 1_500) throw new Error(`waited for ${what}; last seen: ${inspect(seen)}`);
    await delay(20);
  }
}

export class SupervisorScene {
  readonly accountId = `account_test_${randomUUID().replaceAll('-', '')}`;
  readonly clock = new HeldClock();
  readonly emits: ((event: SocketEvent) => void)[] = [];
  readonly erasures: EraseMode[] = [];
  /** Ids of the messages, and of those receipts are about, that were passed on. */
  readonly passedOn: string[] = [];
  isKeyRefused = false;
  /** How often more the key service cannot be reached. */
  keyFailures = 0;
  /** Whoever asks the key service gets no answer until this is over. */
  keyAnswers: Promise<unknown> = Promise.resolve();
  /** Whoever asks Firestore for an incident gets no answer. */
  isIncidentHeld = false;
  socketFailures = 0;
  eraseFailures = 0;
  opened = 0;
  /** The newest that was loaded. */
  session: AccountSession | null = null;
  /** The newest request the account is known to carry. */
  seenRequestId: string | null = null;
  fenced = 0;
  isLeaseHeld = true;
  readonly #kek = localKek(randomBytes(32));
  #epoch = 0;
  #onAnswer: () => Promise<undefined> | undefined = () => undefined;
  #unsubscribe: () => void = () => undefined;
  #supervisor: AccountSupervisor | null = null;

  async make(fields: Partial<Account>): Promise<void> {
    const at = new Date();
    const given = { name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'test', ownerHostId: 'host' };
    const account = { ...newAccount(given), ...fields, createdAt: at, updatedAt: at };
    await db.doc(paths.account(this.accountId)).set(account);
    if (fields.pendingRequest) await this.storeRequest(fields.pendingRequest);
  }

  async storeRequest({ id, type }: NonNullable<Account['pendingRequest']>): Promise<void> {
    await db.doc(paths.accountRequest(id)).set({ type, status: 'routed', accountId: this.accountId });
  }

  /** As the function does it when somebody asks. */
  async ask(type: AccountRequestType, fields: Partial<Account>): Promise<string> {
    const id = randomUUID();
    await this.storeRequest({ id, type });
    await db.doc(paths.account(this.accountId)).update({ ...fields, pendingRequest: { id, type } });
    return id;
  }

  async load(): Promise<AccountSession> {
    this.opened += 1;
    const unlessRefused = async <T>(use: () => Promise<T>): Promise<T> => {
      if (this.isKeyRefused) throw new WrongKeyError('Cloud KMS answered 403: Permission denied.');
      if (this.keyFailures-- > 0)
        throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND kms.test') });
      await this.keyAnswers;
      return use();
    };
    const kek: KekProvider = {
      kid: this.#kek.kid,
      wrap: (dataKey, context) => unlessRefused(() => this.#kek.wrap(dataKey, context)),
      unwrap: (wrapped, kid, context) => unlessRefused(() => this.#kek.unwrap(wrapped, kid, context)),
    };
    const dependencies = { db, kek, clock: systemClock, logger, isHeld: () => true };
    const session = await loadSession(dependencies, this.accountId, this.#epoch, () => undefined);
    const erase = session.erase.bind(session);
    session.erase = async (mode) => {
      if (this.eraseFailures-- > 0) throw new Error('the database does not answer');
      await erase(mode);
      this.erasures.push(mode);
    };
    this.session = session;
    return session;
  }

  async start(): Promise<void> {
    this.#epoch += 1;
    const supervisor = superviseAccount({
      ...{ accountId: this.accountId, epoch: this.#epoch, clock: this.clock, logger, random: () => 0 },
      db: this.#database(),
      account: await this.account(),
      asTaken: null,
      openSession: () => this.load(),
      openSocket: ({ emit }) => this.#openSocket(emit),
      refreshVersion: () => Promise.resolve(),
      holdsLease: () => Promise.resolve(this.isLeaseHeld),
      isHeld: () => true,
      onMessage: ({ waMessageId }) => this.passedOn.push(waMessageId),
      onReceipt: ({ waMessageId }) => this.passedOn.push(waMessageId),
      onOpen: () => undefined,
      onClosed: () => undefined,
      onFenced: () => {
        this.fenced += 1;
      },
    });
    this.#supervisor = supervisor;
    // What is written while a listener begins may be missed.
    const isListening = Promise.withResolvers<undefined>();
    this.#unsubscribe = db.doc(paths.account(this.accountId)).onSnapshot((snapshot) => {
      isListening.resolve(undefined);
      const account = accountSchema.parse(snapshot.data());
      supervisor.accountChanged(account);
      this.seenRequestId = account.pendingRequest?.id ?? null;
    }, isListening.reject);
    await isListening.promise;
  }

  #database(): Database {
    return altered(db, {
      getAll: async (...references) => {
        const isOfIncident = references.some((each) => 'path' in each && each.path.startsWith(COLLECTIONS.incidents));
        if (isOfIncident && this.isIncidentHeld) await Promise.withResolvers<never>().promise;
        const answer = await db.getAll(...references);
        await this.#onAnswer();
        return answer;
      },
    });
  }

  #openSocket(emit: (event: SocketEvent) => void): WhatsAppSocket {
    if (this.socketFailures-- > 0) throw new Error('credentials the library cannot use');
    this.emits.push(emit);
    return {
      buildMessage: () => new Uint8Array(),
      send: () => Promise.resolve({ kind: 'acked', serverAt: null }),
      countMembers: () => Promise.resolve(null),
      showTyping: () => Promise.resolve(),
      requestPairingCode: () => Promise.resolve('CODE'),
      logout: () => Promise.resolve(),
      end: () => Promise.resolve(),
    };
  }

  /** The next answer of Firestore to whoever asks how the account stands comes late. @returns when it is asked, and how to let it come. */
  holdAnswer(): { readonly asked: Promise<undefined>; readonly letCome: () => void } {
    const [asked, held] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    this.#onAnswer = () => {
      this.#onAnswer = () => undefined;
      asked.resolve(undefined);
      return held.promise;
    };
    return {
      asked: asked.promise,
      letCome: () => {
        held.resolve(undefined);
      },
    };
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#supervisor?.stop();
  }

  async account(): Promise<Account> {
    return accountSchema.parse((await db.doc(paths.account(this.accountId)).get()).data());
  }

  async whenStatus(status: Account['status'], reason: string | null = null): Promise<Account> {
    const isMet = (seen: Account): boolean => seen.status === status && (seen.statusReason?.code ?? null) === reason;
    return until(() => this.account(), isMet, `${status} (${String(reason)})`);
  }

  /** @param times how often it has by then, the first time included. */
  async whenConnecting(times = 1): Promise<void> {
    const isMet = (sockets: number): boolean => sockets === times;
    await until(() => this.emits.length, isMet, 'it to connect');
  }

  /** Asks, and waits until the account's host has heard. */
  async askAndTell(type: AccountRequestType): Promise<string> {
    const id = await this.ask(type, {});
    await until(
      () => this.seenRequestId,
      (seen) => seen === id,
      'the host to hear of the request',
    );
    return id;
  }

  async whenDone(requestId: string): Promise<void> {
    await this.#whenRequestIs(requestId, 'done');
  }

  /** @returns the code of the refusal. */
  async whenRejected(requestId: string): Promise<string | undefined> {
    return (await this.#whenRequestIs(requestId, 'rejected')).error?.code;
  }

  async #whenRequestIs(requestId: string, status: AccountRequest['status']): Promise<AccountRequest> {
    const document = db.doc(paths.accountRequest(requestId));
    const read = async () => accountRequestSchema.parse((await document.get()).data());
    return until(read, (seen) => seen.status === status, `the request to be ${status}`);
  }

  async incident(type: IncidentType): Promise<{ count: unknown; reason: unknown; isOpen: boolean }> {
    const snapshot = await db.doc(paths.incident(incidentIdOf(this.accountId, type))).get();
    const isOpen = snapshot.exists && snapshot.get('resolvedAt') === null;
    return { count: snapshot.get('count'), reason: snapshot.get('details.reason'), isOpen };
  }
}
