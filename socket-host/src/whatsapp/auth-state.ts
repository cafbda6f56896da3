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
import { parseJid } from '@switchboard/contract/jid';
import { z } from 'zod';
import { JOURNAL_TYPE } from './journal-rows.ts';
import { cutRow, joinRow } from './long-rows.ts';
import { pruneSession } from './prune-session.ts';

/** What this folder needs of a session; rows are text, durable when the promise resolves. */
export interface SessionPort {
  readonly creds: string | null;
  get(type: string, id: string): string | undefined;
  set(rows: readonly { readonly type: string; readonly id: string; readonly value: string | null }[]): Promise<void>;
  saveCreds(creds: string): Promise<void>;
  /** Every row of a type. */
  list(type: string): readonly { readonly id: string; readonly value: string }[];
  /** Drops rows at once here, and durably with whatever is written next. */
  forget(type: string, ids: readonly string[]): void;
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

/** The other spelling of a jid: the LID of a number, the number of a LID. */
export function otherSpellingIn(session: SessionPort, jid: string): string | null {
  const parsed = parseJid(jid);
  if (parsed?.kind !== 'pn' && parsed?.kind !== 'lid') return null;
  const other = mappedUser(session, parsed.user, parsed.kind);
  return other === null ? null : `${other}@${parsed.kind === 'pn' ? 'lid' : 's.whatsapp.net'}`;
}

const linkedSchema = z.object({ me: z.object({ id: z.string(), lid: z.string().optional() }) });

/** The account's own addresses, once it is linked. */
export function ownJidsIn(session: SessionPort): { readonly id: string; readonly lid: string } | null {
  const parsed = session.creds === null ? null : linkedSchema.safeParse(fromText(session.creds));
  return parsed?.success ? { id: parsed.data.me.id, lid: parsed.data.me.lid ?? '' } : null;
}

export class AuthState {
  readonly #session: SessionPort;
  readonly #nowMs: () => number;
  readonly #creds: AuthenticationCreds;
  #isDetached = false;

  /** @param nowMs wall clock, ms since 1970. */
  constructor(session: SessionPort, nowMs: () => number) {
    this.#session = session;
    this.#nowMs = nowMs;
    // Text that `save` wrote. Fresh credentials are not worth storing before they are linked.
    this.#creds = session.creds === null ? initAuthCreds() : (fromText(session.creds) as AuthenticationCreds);
    this.#neverReusePreKeys();
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
        const text = joinRow(id, (rowId) => this.#session.get(type, rowId));
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
      Object.entries(byId).flatMap(([id, value]) => this.#rowsOf(type, id, value)),
    );
    // New pre-keys move `nextPreKeyId` in the credentials. Losing that and keeping the keys would hand out an id twice.
    const saved = 'pre-key' in changes ? this.save() : undefined;
    await Promise.all([this.#session.set(rows), saved]);
  }

  #rowsOf(type: string, id: string, value: unknown): { type: string; id: string; value: string | null }[] {
    const kept = type === 'session' ? pruneSession(value, this.#nowMs()) : value;
    const text = kept === null ? null : toText(kept);
    // The journal's rows are read as they are, and go as soon as they are used.
    if (type === JOURNAL_TYPE) return [{ type, id, value: text }];
    return cutRow(id, text, this.#session.get(type, id)).map((row) => ({ type, ...row }));
  }

  /**
   * Credentials restored from a snapshot may be older than the pre-keys beside them. Counting on from there would give an id to a
   * second key while somebody may still use the first.
   */
  #neverReusePreKeys(): void {
    const lastId = Math.max(0, ...this.#session.list('pre-key').map(({ id }) => Number(id)));
    if (lastId < this.#creds.nextPreKeyId) return;
    this.#creds.nextPreKeyId = lastId + 1;
    this.#creds.firstUnuploadedPreKeyId = lastId + 1;
  }
}
