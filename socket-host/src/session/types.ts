/**
 * The linked credentials of an account, as the socket sees them: rows of text, all in memory, durable when `set` resolves.
 * What a row means is known to `whatsapp/` only; how it is encrypted and stored, to `session/` and `store/` only.
 */

/**
 * Thrown by every write once another host owns the account, or may own it (our lease ran out), or a write was given up on that may have
 * landed: what this opening has in memory is not what is stored any more. Whoever owns the account loads the session anew.
 */
export class FencedError extends Error {
  constructor(accountId: string) {
    super(`the session of ${accountId} is not ours to write`);
    this.name = 'FencedError';
  }
}

/** Thrown when the stored session cannot be read: by this host, with its key, or by anybody. Nothing was changed. */
export class SessionKeyError extends Error {
  constructor(accountId: string, detail: string) {
    super(`the session of ${accountId} cannot be read: ${detail}`);
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

/** What is known of credentials by looking at them. */
export interface CredsFindings {
  /** Why a link cannot go on with them; `null` when it can. */
  readonly fault: string | null;
  /** Whether they are of the phone the account was added for. */
  readonly isOwnPhone: boolean;
  /** Differs when something changed that would be missed: another link, new pre-keys. */
  readonly mark: string;
}

/** Looks at credentials. Only `whatsapp/` knows what they should be. */
export type InspectCreds = (creds: string) => CredsFindings;

/** Credentials that were found damaged and replaced by a snapshot. */
export interface RestoredCreds {
  readonly fault: string;
  /** When the snapshot was taken, ISO 8601. */
  readonly snapshotAt: string;
}

/** Rows that were found damaged and dropped: people's devices and the phone repeat what they held. */
export interface LostRows {
  /** Where: buckets, or `recent`. */
  readonly damaged: string;
  /** Types of rows that were dropped whole, because what was left of them would have misled. */
  readonly forgotten: string;
}

export interface AccountSession {
  /** The account's credentials as text; `null` before the first link. */
  readonly creds: string | null;
  /** The credentials that had to be restored to load this session; `null` when all was well. */
  readonly restored: RestoredCreds | null;
  /** What had to be dropped to load this session; `null` when all was well. */
  readonly lost: LostRows | null;
  get(type: string, id: string): string | undefined;
  /** Every row of a type. */
  list(type: string): readonly { readonly id: string; readonly value: string }[];
  /** Resolves once the rows are durable. Rows of one tick share a commit. @throws FencedError */
  set(rows: readonly SessionRow[]): Promise<void>;
  /** Drops rows at once here, and durably with whatever is written next: forgetting alone is not worth a commit. */
  forget(type: string, ids: readonly string[]): void;
  /** Resolves once the credentials are durable. @throws FencedError */
  saveCreds(creds: string): Promise<void>;
  /** Encrypts everything with a new data key. Resolves once nothing needs the former one but snapshots. @throws FencedError */
  rotateDataKey(): Promise<void>;
  /** Forgets credentials and keys, after the link has ended. @throws FencedError */
  erase(mode: EraseMode): Promise<void>;
  /** Resolves when everything handed in so far is durable. */
  flush(): Promise<void>;
}
