/**
 * The linked credentials of an account, as the socket sees them: rows of text, all in memory, durable when `set` resolves.
 * What a row means is known to `whatsapp/` only; how it is encrypted and stored, to `session/` and `store/` only.
 */

/** Thrown by every write once another host owns the account. */
export class FencedError extends Error {
  constructor(accountId: string) {
    super(`another host owns the session of ${accountId}`);
    this.name = 'FencedError';
  }
}

/** Thrown when the stored session cannot be read with the key this host has. Nothing was changed. */
export class SessionKeyError extends Error {
  constructor(accountId: string, detail: string) {
    super(`the session of ${accountId} cannot be decrypted: ${detail}`);
    this.name = 'SessionKeyError';
  }
}

export interface SessionRow {
  readonly type: string;
  readonly id: string;
  /** `null` deletes the row. */
  readonly value: string | null;
}

/** What becomes of the credentials when a session is erased: kept aside encrypted (the last three), or gone, those before too. */
export type EraseMode = 'keep-backup' | 'destroy';

export interface AccountSession {
  /** The account's credentials as text; `null` before the first link. */
  readonly creds: string | null;
  get(type: string, id: string): string | undefined;
  /** Resolves once the rows are durable. Rows of one tick share a commit. @throws FencedError */
  set(rows: readonly SessionRow[]): Promise<void>;
  /** Resolves once the credentials are durable. @throws FencedError */
  saveCreds(creds: string): Promise<void>;
  /** Forgets credentials and keys, after the link has ended. @throws FencedError */
  erase(mode: EraseMode): Promise<void>;
  /** Resolves when everything handed in so far is durable. */
  flush(): Promise<void>;
}
