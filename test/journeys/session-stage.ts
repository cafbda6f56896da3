/**
 * One account run by the host's own supervisor, without a host around it: the real socket, the real session store, the emulator
 * and the simulated network. What an account promises by itself is tried here; what a whole system promises, in the other journeys.
 */
import { randomBytes } from 'node:crypto';
import { accountSchema, linkingSchema, type Account, type AccountRequestType } from '@switchboard/contract/account';
import { accountIdOf } from '@switchboard/contract/ids';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import { isOwnPhone } from '../../socket-host/src/account/own-phone.ts';
import { superviseAccount } from '../../socket-host/src/account/supervisor.ts';
import type { AccountSupervisor } from '../../socket-host/src/account/supervisor-types.ts';
import { systemClock } from '../../socket-host/src/clock.ts';
import { localKek } from '../../socket-host/src/session/kek.ts';
import { loadSession } from '../../socket-host/src/session/load-session.ts';
import type { AccountSession } from '../../socket-host/src/session/types.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import { createNetwork } from '../../socket-host/src/whatsapp/network.ts';
import { openSocket } from '../../socket-host/src/whatsapp/open-socket.ts';
import { DEFAULT_TIMING, type SocketTiming } from '../../socket-host/src/whatsapp/timing.ts';
import type { WhatsAppSocket, WireMessage, WireReceipt } from '../../socket-host/src/whatsapp/types.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, simulatorNoiseRoot, stack } from '../support/stack.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';

const logger = createLogger('silent', 'stage');
const kek = localKek(randomBytes(32));
const ENVIRONMENT = 'stage';

/** One time of running an account: from taking it to giving it back. */
export interface Running {
  readonly supervisor: AccountSupervisor;
  readonly messages: WireMessage[];
  readonly receipts: WireReceipt[];
  /** `open` and `closed`, as the rest of the host hears of them. */
  readonly turns: string[];
  isFenced: boolean;
  /** The session as loaded; `null` until it is. */
  session: AccountSession | null;
  /** Gives the account back and keeps the link. */
  stop(): Promise<void>;
  /** Waits until messages can go out. */
  open(): Promise<WhatsAppSocket>;
}

export interface Stage {
  readonly accountId: string;
  readonly phone: string;
  account(): Promise<Account>;
  /** Writes a request into the account's slot, as the function does, with what else it changes. */
  ask(type: AccountRequestType, fields?: Partial<Account>): Promise<string>;
  /** Takes the account, with a new lease each time. */
  run(settings?: RunSettings): Promise<Running>;
  /** Another host takes the session, and does nothing with it. */
  claimByAnother(): Promise<void>;
  /** Waits until the account is as wanted. */
  when(what: string, isMet: (account: Account) => boolean): Promise<Account>;
  /** Waits for the code staff would see. */
  code(kind: 'qr' | 'pairingCode', other?: string): Promise<string>;
}

interface RunSettings {
  readonly holdsLease?: boolean;
  readonly openTimeoutMs?: number;
  readonly timing?: SocketTiming;
  /** Stands between the socket and the stored session. */
  readonly wrapSession?: (session: AccountSession) => AccountSession;
}

const running = new Set<Running>();

/** Ends whatever a test left running. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((each) => each.stop()));
}

async function createAccount(accountId: string, phoneE164: string): Promise<void> {
  const at = FieldValue.serverTimestamp();
  const account = newAccount({ name: 'Shop', phoneE164, team: 'main', createdBy: 'stage', ownerHostId: 'stage' });
  await adminFirestore()
    .doc(paths.account(accountId))
    .set({ ...account, createdAt: at, updatedAt: at });
}

/** Builds of messages we sent, as the outbox keeps them. */
export const sentBuilds = new Map<string, Uint8Array>();

async function start(
  accountId: string,
  epoch: number,
  {
    holdsLease = true,
    openTimeoutMs = 20_000,
    timing = DEFAULT_TIMING,
    wrapSession = (session) => session,
  }: RunSettings,
): Promise<Running> {
  const db = adminFirestore();
  const account = accountSchema.parse((await db.doc(paths.account(accountId)).get()).data());
  const network = createNetwork(stack.socketUrl(), await simulatorNoiseRoot());
  const seen = { messages: [] as WireMessage[], receipts: [] as WireReceipt[], turns: [] as string[] };
  const state: Pick<Running, 'isFenced' | 'session'> = { isFenced: false, session: null };
  const supervisor = superviseAccount({
    accountId,
    account,
    asTaken: null,
    epoch,
    db,
    openSession: async (onFenced) => {
      state.session = wrapSession(
        await loadSession({ db, kek, clock: systemClock, logger, isHeld: () => true }, accountId, epoch, onFenced),
      );
      return state.session;
    },
    openSocket: ({ session, memory, emit }) =>
      openSocket({
        accountId,
        network,
        mayLink: (waJid) => isOwnPhone(account.phoneE164, waJid),
        maySpeak: () => true,
        version: network.version(),
        session,
        memory,
        emit,
        clock: systemClock,
        logger,
        openTimeoutMs,
        timing,
        findSentMessage: (id) => Promise.resolve(sentBuilds.get(id) ?? null),
      }),
    refreshVersion: () => Promise.resolve(),
    holdsLease: () => Promise.resolve(holdsLease),
    isHeld: () => true,
    clock: systemClock,
    random: () => 0.9,
    logger,
    onMessage: (message) => seen.messages.push(message),
    onReceipt: (receipt) => seen.receipts.push(receipt),
    onOpen: () => seen.turns.push('open'),
    onClosed: () => seen.turns.push('closed'),
    onFenced: () => {
      state.isFenced = true;
    },
  });
  const unsubscribe = db.doc(paths.account(accountId)).onSnapshot((snapshot) => {
    supervisor.accountChanged(accountSchema.parse(snapshot.data()));
  });
  const run: Running = Object.assign(state, {
    ...seen,
    supervisor,
    stop: async () => {
      unsubscribe();
      running.delete(run);
      await supervisor.stop();
    },
    open: async () => {
      const socket = await waitFor(
        () => supervisor.socket(),
        (found) => found !== null,
        { what: `${accountId} to be open` },
      );
      if (!socket) throw new Error('unreachable: waitFor returned nothing');
      return socket;
    },
  });
  running.add(run);
  return run;
}

/** A phone on the simulated network and its account, not linked yet. */
export async function newStage(): Promise<Stage> {
  const phone = freshPhone();
  const accountId = accountIdOf(ENVIRONMENT, phone);
  const reference = adminFirestore().doc(paths.account(accountId));
  await simulator.addPhone({ phone, name: 'Shop' });
  await createAccount(accountId, phone);
  let epoch = 0;
  return {
    accountId,
    phone,
    account: async () => accountSchema.parse((await reference.get()).data()),
    ask: async (type, fields = {}) => {
      const id = freshId(type);
      await adminFirestore()
        .doc(paths.accountRequest(id))
        .set({ type, accountId, status: 'routed', createdBy: 'stage', createdAt: FieldValue.serverTimestamp() });
      await reference.update({ ...fields, pendingRequest: { id, type } });
      return id;
    },
    run: (settings = {}) => {
      epoch += 1;
      return start(accountId, epoch, settings);
    },
    claimByAnother: async () => {
      epoch += 1;
      const load = { db: adminFirestore(), kek, clock: systemClock, logger, isHeld: () => true };
      await loadSession(load, accountId, epoch, () => undefined);
    },
    when: (what, isMet) => waitForDocument(reference, accountSchema, isMet, { what }),
    code: async (kind, other) => {
      const shown = await waitForDocument(
        adminFirestore().doc(paths.linking(accountId)),
        linkingSchema,
        (linking) => linking[kind] !== null && linking[kind] !== other,
        { what: `a ${kind} to be shown` },
      );
      return shown[kind] ?? '';
    },
  };
}
