/** A bare Baileys consumer, without any of the host: link, send, receive, and see what the library reports. */
import {
  initAuthCreds,
  makeWASocket,
  WA_CERT_DETAILS,
  type AuthenticationCreds,
  type BaileysEventMap,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  type WASocket,
  type proto,
} from '@whiskeysockets/baileys';
import type { Simulator } from '../../../simulator/src/simulator.ts';

const SILENT = {
  level: 'silent',
  child: () => SILENT,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Session state in memory, serialized as a real store would, so that nothing is shared with a dead socket. */
export interface Session {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  /** All key rows as they are now, to go back to: a store that lost its last writes. */
  copyRows(): ReadonlyMap<string, unknown>;
  restoreRows(rows: ReadonlyMap<string, unknown>): void;
}

export function newSession(): Session {
  const rows = new Map<string, unknown>();
  return {
    creds: initAuthCreds(),
    copyRows: () => new Map(rows),
    restoreRows: (earlier) => {
      rows.clear();
      for (const [key, row] of earlier) rows.set(key, row);
    },
    keys: {
      get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
        const found: Record<string, SignalDataTypeMap[T]> = {};
        for (const id of ids) {
          const row = rows.get(`${type}|${id}`);
          // Rows come back as the type they were stored under.
          if (row !== undefined) found[id] = structuredClone(row) as SignalDataTypeMap[T];
        }
        return Promise.resolve(found);
      },
      set: (changes: SignalDataSet) => {
        for (const [type, values] of Object.entries(changes))
          for (const [id, value] of Object.entries(values))
            if (value === null) rows.delete(`${type}|${id}`);
            else rows.set(`${type}|${id}`, structuredClone(value));
        return Promise.resolve();
      },
    },
  };
}

export interface Close {
  readonly code: number | undefined;
  readonly message: string;
}

/** One connection, with everything it reported so far and a way to wait for more. */
export class BareClient {
  readonly socket: WASocket;
  readonly session: Session;
  readonly qrs: string[] = [];
  readonly upserts: BaileysEventMap['messages.upsert'][] = [];
  readonly updates: BaileysEventMap['messages.update'] = [];
  readonly histories: BaileysEventMap['messaging-history.set'][] = [];
  readonly presences: BaileysEventMap['presence.update'][] = [];
  readonly serverAcks: Record<string, string>[] = [];
  readonly #changed = new Set<() => void>();
  isOpen = false;
  isNewLogin = false;
  isCaughtUp = false;
  close: Close | null = null;

  constructor(
    simulator: Pick<Simulator, 'wsUrl' | 'noiseRoot'>,
    session: Session,
    config: Partial<UserFacingSocketConfig> = {},
  ) {
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(simulator.noiseRoot, 'hex');
    this.session = session;
    this.socket = makeWASocket({
      waWebSocketUrl: simulator.wsUrl,
      auth: session,
      logger: SILENT,
      version: [2, 3000, 1_043_857_760],
      emitOwnEvents: false,
      markOnlineOnConnect: true,
      ...config,
    });
    this.#listen();
  }

  #listen(): void {
    const { ev, ws } = this.socket;
    ev.process((events) => {
      if (events['creds.update']) Object.assign(this.session.creds, events['creds.update']);
      if (events['connection.update']) this.#connectionChanged(events['connection.update']);
      if (events['messages.upsert']) this.upserts.push(events['messages.upsert']);
      if (events['messages.update']) this.updates.push(...events['messages.update']);
      if (events['messaging-history.set']) this.histories.push(events['messaging-history.set']);
      if (events['presence.update']) this.presences.push(events['presence.update']);
      this.#notify();
    });
    ws.on('CB:ack,class:message', ({ attrs }: { attrs: Record<string, string> }) => {
      this.serverAcks.push(attrs);
      this.#notify();
    });
  }

  #connectionChanged(update: BaileysEventMap['connection.update']): void {
    if (update.qr !== undefined) this.qrs.push(update.qr);
    if (update.isNewLogin === true) this.isNewLogin = true;
    if (update.receivedPendingNotifications === true) this.isCaughtUp = true;
    if (update.connection === 'open') this.isOpen = true;
    if (update.connection !== 'close') return;
    this.isOpen = false;
    const error: (Error & { output?: { statusCode?: number } }) | undefined = update.lastDisconnect?.error;
    this.close = { code: error?.output?.statusCode, message: error?.message ?? '' };
  }

  #notify(): void {
    for (const check of [...this.#changed]) check();
  }

  /** Resolves as soon as `find` finds something; rejects with what was awaited when it never does. */
  waitFor<Found>(what: string, find: () => Found | null | undefined | false, timeoutMs = 10_000): Promise<Found> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#changed.delete(check);
        const closed = this.close ? `; closed with ${String(this.close.code)} ${this.close.message}` : '';
        reject(new Error(`waited in vain for ${what}${closed}`));
      }, timeoutMs);
      const check = (): void => {
        const found = find();
        if (found === null || found === undefined || found === false) return;
        clearTimeout(timer);
        this.#changed.delete(check);
        resolve(found);
      };
      this.#changed.add(check);
      check();
    });
  }

  opened(): Promise<true> {
    return this.waitFor('open', () => this.isOpen);
  }

  closed(timeoutMs?: number): Promise<Close> {
    return this.waitFor('close', () => this.close, timeoutMs);
  }

  /** The message with this text or id, once it was received, and how. */
  received(wanted: string): Promise<{ message: BaileysEventMap['messages.upsert']['messages'][number]; type: string }> {
    return this.waitFor(`message ${wanted}`, () => {
      for (const { messages, type } of this.upserts)
        for (const message of messages)
          if (message.message && (message.key.id === wanted || textOf(message.message) === wanted))
            return { message, type };
      return null;
    });
  }

  status(id: string, status: proto.WebMessageInfo.Status): Promise<unknown> {
    return this.waitFor(`status ${String(status)} of ${id}`, () =>
      this.updates.find(({ key, update }) => key.id === id && update.status === status),
    );
  }

  /** Ends the socket and keeps the link. */
  async end(): Promise<void> {
    await this.socket.end(undefined);
  }
}

export function textOf(message: proto.IMessage): string | null {
  return message.conversation ?? message.extendedTextMessage?.text ?? null;
}
