/**
 * Presents an account's rows of text as the library's authentication state. Owns what a row means: which text stands for which key.
 * A socket that is over can write nothing any more: what it still tries would reach the session of the next one.
 */
import {
  BufferJSON,
  initAuthCreds,
  proto,
  type AuthenticationCreds,
  type AuthenticationState,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from '@whiskeysockets/baileys';

/** What this folder needs of a session; rows are text, durable when the promise resolves. */
export interface SessionPort {
  readonly creds: string | null;
  get(type: string, id: string): string | undefined;
  set(rows: readonly { readonly type: string; readonly id: string; readonly value: string | null }[]): Promise<void>;
  saveCreds(creds: string): Promise<void>;
}

function toText(value: unknown): string {
  return JSON.stringify(value, BufferJSON.replacer);
}

function fromText(text: string): unknown {
  return JSON.parse(text, BufferJSON.reviver);
}

function parseRow<T extends keyof SignalDataTypeMap>(type: T, text: string): SignalDataTypeMap[T] {
  // Rows are written by `set` below and nowhere else, so a row of a type holds that type.
  const value = fromText(text) as SignalDataTypeMap[T];
  // The library calls methods of this class on it.
  if (type === 'app-state-sync-key') {
    return proto.Message.AppStateSyncKeyData.fromObject(value as object) as unknown as SignalDataTypeMap[T];
  }
  return value;
}

/** The LID of a phone number's user part, or the number of a LID's, as learned so far. */
export function mappedUser(session: SessionPort, user: string, kind: 'pn' | 'lid'): string | null {
  const text = session.get('lid-mapping', kind === 'pn' ? user : `${user}_reverse`);
  const mapped = text === undefined ? null : fromText(text);
  return typeof mapped === 'string' ? mapped : null;
}

export class AuthState {
  readonly #session: SessionPort;
  readonly #creds: AuthenticationCreds;
  #isDetached = false;

  constructor(session: SessionPort) {
    this.#session = session;
    // Text that `save` wrote. Fresh credentials are not worth storing before they are linked.
    this.#creds = session.creds === null ? initAuthCreds() : (fromText(session.creds) as AuthenticationCreds);
  }

  get creds(): AuthenticationCreds {
    return this.#creds;
  }

  state(): AuthenticationState {
    return { creds: this.#creds, keys: this.keys };
  }

  readonly keys: SignalKeyStore = {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
      const found: Record<string, SignalDataTypeMap[T]> = {};
      for (const id of ids) {
        const text = this.#session.get(type, id);
        if (text !== undefined) found[id] = parseRow(type, text);
      }
      return found;
    },
    set: (changes) => this.#write(changes),
  };

  /** Makes the credentials durable, once they are those of a link. */
  async save(): Promise<void> {
    // A pairing code sets `me` long before the phone agrees; only `account` proves a link.
    if (this.#isDetached || !this.#creds.account) return;
    await this.#session.saveCreds(toText(this.#creds));
  }

  detach(): void {
    this.#isDetached = true;
  }

  async #write(changes: SignalDataSet): Promise<void> {
    if (this.#isDetached) throw new Error('this socket is over');
    const rows = Object.entries(changes).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, value]) => ({ type, id, value: value === null ? null : toText(value) })),
    );
    // New pre-keys move `nextPreKeyId` in the credentials. Losing that and keeping the keys would hand out an id twice.
    const saved = 'pre-key' in changes ? this.save() : undefined;
    await Promise.all([this.#session.set(rows), saved]);
  }
}
