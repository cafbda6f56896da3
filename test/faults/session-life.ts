/**
 * One account whose host may die at a chosen moment: the host's own supervisor, session store and intake, against the emulator and the
 * simulated network. A life ends by `stop` as hosts do, or by `die`: from then on nothing it still does has any effect.
 */
import { randomBytes } from 'node:crypto';
import { accountSchema, linkingSchema } from '@switchboard/contract/account';
import { accountIdOf } from '@switchboard/contract/ids';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { isOwnPhone } from '../../socket-host/src/account/own-phone.ts';
import { superviseAccount } from '../../socket-host/src/account/supervisor.ts';
import type { AccountSupervisor } from '../../socket-host/src/account/supervisor-types.ts';
import { systemClock } from '../../socket-host/src/clock.ts';
import { inspectCredsOf } from '../../socket-host/src/host/inspect-creds.ts';
import { Intake } from '../../socket-host/src/inbound/intake.ts';
import { localKek, type KekProvider } from '../../socket-host/src/session/kek.ts';
import { loadSession } from '../../socket-host/src/session/load-session.ts';
import type { AccountSession } from '../../socket-host/src/session/types.ts';
import { MessageStatusWriter } from '../../socket-host/src/store/message-status.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import { createNetwork } from '../../socket-host/src/whatsapp/network.ts';
import { openSocket } from '../../socket-host/src/whatsapp/open-socket.ts';
import type { SocketEvent, WhatsAppSocket } from '../../socket-host/src/whatsapp/types.ts';
import { objectIn } from '../../scripts/lib/json.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, simulatorNoiseRoot, stack } from '../support/stack.ts';
import { freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';

const logger = createLogger('silent', 'life');

export interface LifeSettings {
  /** Where the session is loaded from; asked for each try. */
  readonly sessionDb?: () => Firestore;
  readonly kek?: KekProvider;
  /** Changes the session before the socket gets it. */
  readonly session?: (session: AccountSession) => AccountSession;
  /** Whether the lease holds by the host's own clock. */
  readonly isHeld?: () => boolean;
  /** Whether what arrives is stored; `false` is a host that dies just before. */
  readonly stores?: boolean;
}

export interface Life {
  readonly supervisor: AccountSupervisor;
  /** What the connection itself reported. What was replayed from the journal is not among it. */
  readonly events: SocketEvent[];
  /** As loaded; `null` until it is. */
  session(): AccountSession | null;
  /** How often loading it failed. */
  loadFailures(): number;
  open(): Promise<WhatsAppSocket>;
  stop(): Promise<void>;
  die(): Promise<void>;
}

const alive = new Set<Life>();

/** Ends whatever a test left alive. */
export async function endAll(): Promise<void> {
  await Promise.all([...alive].map((life) => life.stop()));
}

export class LivingAccount {
  readonly phone = freshPhone();
  readonly accountId = accountIdOf('life', this.phone);
  readonly kek = localKek(randomBytes(32));
  #epoch = 0;

  /** Makes the account and its phone, linked by a first life that is over by then. */
  static async linked(): Promise<LivingAccount> {
    const account = new LivingAccount();
    await simulator.addPhone({ phone: account.phone, name: 'Shop' });
    const at = FieldValue.serverTimestamp();
    const fresh = newAccount({
      name: 'Shop',
      phoneE164: account.phone,
      team: 'main',
      createdBy: 'life',
      ownerHostId: 'life',
    });
    await adminFirestore()
      .doc(paths.account(account.accountId))
      .set({ ...fresh, createdAt: at, updatedAt: at });
    const life = await account.live();
    const linking = adminFirestore().doc(paths.linking(account.accountId));
    const shown = await waitForDocument(linking, linkingSchema, ({ qr }) => qr !== null, { what: 'a QR code' });
    await simulator.scan(account.phone, shown.qr ?? '');
    await life.open();
    // Until the phone's past has arrived, the library holds messages back after each connect.
    await waitFor(() => life.session()?.creds ?? '', isSettled, {
      what: 'the first sync to be over',
      timeoutMs: 60_000,
    });
    await life.stop();
    return account;
  }

  /** Of a lease taken after all before it. */
  nextEpoch(): number {
    this.#epoch += 1;
    return this.#epoch;
  }

  async live({
    sessionDb = adminFirestore,
    kek = this.kek,
    session: change,
    isHeld = () => true,
    stores = true,
  }: LifeSettings = {}): Promise<Life> {
    const db = adminFirestore();
    const { accountId } = this;
    const epoch = this.nextEpoch();
    const stored = await adminFirestore().doc(paths.account(accountId)).get();
    const account = accountSchema.parse(stored.data());
    const network = createNetwork(stack.socketUrl(), await simulatorNoiseRoot());
    const shared = { clock: systemClock, logger };
    const statuses = new MessageStatusWriter(db, accountId, systemClock);
    const intake = new Intake({ db, accountId, epoch, team: 'main', statuses, isHeld: () => true, ...shared });
    const events: SocketEvent[] = [];
    let session: AccountSession | null = null;
    let loadFailures = 0;
    const supervisor = superviseAccount({
      ...shared,
      accountId,
      account,
      asTaken: null,
      epoch,
      db,
      openSession: async (onFenced) => {
        const inspect = inspectCredsOf(account.phoneE164);
        const loading = loadSession({ db: sessionDb(), kek, ...shared, inspect, isHeld }, accountId, epoch, onFenced);
        loading.catch(() => {
          loadFailures += 1;
        });
        const loaded = await loading;
        session = change ? change(loaded) : loaded;
        return session;
      },
      openSocket: ({ session: of, memory, emit }) =>
        openSocket({
          ...shared,
          accountId,
          network,
          mayLink: (waJid) => isOwnPhone(account.phoneE164, waJid),
          maySpeak: () => true,
          version: network.version(),
          session: of,
          memory,
          openTimeoutMs: 20_000,
          findSentMessage: () => Promise.resolve(null),
          emit: (event) => {
            events.push(event);
            emit(event);
          },
        }),
      refreshVersion: () => Promise.resolve(),
      holdsLease: () => Promise.resolve(true),
      isHeld,
      random: () => 0.9,
      onMessage: (message, done) => {
        if (!stores) return;
        void intake.takeMessage(message).then((isStored) => {
          if (isStored) done();
        });
      },
      onReceipt: () => undefined,
      onOpen: () => undefined,
      onClosed: () => undefined,
      onFenced: () => undefined,
    });
    const life: Life = {
      supervisor,
      events,
      session: () => session,
      loadFailures: () => loadFailures,
      open: async () => {
        const isOpen = (socket: WhatsAppSocket | null) => socket !== null;
        const socket = await waitFor(() => supervisor.socket(), isOpen, { what: 'to be open', timeoutMs: 60_000 });
        if (!socket) throw new Error('unreachable: waitFor returned nothing');
        return socket;
      },
      stop: async () => {
        alive.delete(life);
        await supervisor.stop();
        if (stores) await intake.drain();
      },
      die: async () => {
        alive.delete(life);
        intake.stop();
        await supervisor.fence();
      },
    };
    alive.add(life);
    return life;
  }
}

function isSettled(creds: string): boolean {
  const { accountSyncCounter } = objectIn(JSON.parse(creds === '' ? '{}' : creds), 'the credentials');
  return typeof accountSyncCounter === 'number' && accountSyncCounter > 0;
}

export async function newCustomer(name = 'Ana'): Promise<string> {
  const phone = freshPhone();
  await simulator.addPhone({ phone, name });
  return phone;
}
