/**
 * Encrypts what an account stores with its data key, binding each value to the account, its place and the key's id. A data key that
 * was rotated out still opens what it sealed, and seals nothing new.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { SessionKeys, WrappedKey } from '../store/sessions.ts';
import { WrongKeyError, type KekProvider } from './kek.ts';
import { open, seal } from './seal.ts';
import { SessionKeyError } from './types.ts';

export interface SessionCrypt {
  /** Names the data key that seals. */
  readonly dataKeyId: string;
  /** When it was made, ms since 1970. */
  readonly madeAtMs: number;
  readonly formerKeyIds: readonly string[];
  /** @param place the bucket, or `creds`, `recent`, `backup`. */
  seal(place: string, plain: Uint8Array): Uint8Array;
  /** @throws SessionKeyError */
  open(place: string, sealed: Uint8Array): Uint8Array;
  /** The same data keys, wrapped with the key-encryption key now in use. */
  rewrap(): Promise<Rekeying>;
  /** A new data key that takes over; the present one becomes a former one. */
  rotate(nowMs: number): Promise<Rekeying>;
  /** The same without the former keys that nothing needs. */
  keepOnly(neededKeyIds: ReadonlySet<string>): Rekeying;
}

/** Other keys, and how they are stored. */
export interface Rekeying {
  readonly crypt: SessionCrypt;
  readonly keys: SessionKeys;
}

interface DataKey {
  readonly wrapped: WrappedKey;
  readonly plain: Uint8Array;
}

function wrapContext(accountId: string, dataKeyId: string): string {
  return `switchboard data key|${accountId}|${dataKeyId}`;
}

/** Anything but a refusal may pass: a key service that does not answer is no reason to give a link up. */
function told(accountId: string, error: unknown): unknown {
  return error instanceof WrongKeyError ? new SessionKeyError(accountId, error.message) : error;
}

async function wrapKey(
  kek: KekProvider,
  accountId: string,
  key: Omit<DataKey, 'wrapped'> & Pick<WrappedKey, 'dataKeyId' | 'madeAtMs'>,
): Promise<DataKey> {
  const { plain, dataKeyId, madeAtMs } = key;
  const wrappedKey = await kek.wrap(plain, wrapContext(accountId, dataKeyId)).catch((error: unknown) => {
    throw told(accountId, error);
  });
  return { plain, wrapped: { kid: kek.kid, dataKeyId, wrappedKey, madeAtMs } };
}

function newKey(kek: KekProvider, accountId: string, nowMs: number): Promise<DataKey> {
  return wrapKey(kek, accountId, { plain: randomBytes(32), dataKeyId: randomUUID(), madeAtMs: nowMs });
}

/**
 * A new data key for an account, already wrapped: the plain key is never stored.
 *
 * @throws SessionKeyError when the key-encryption key may not be used; whatever the provider throws otherwise.
 */
export async function makeDataKey(kek: KekProvider, accountId: string, nowMs: number): Promise<SessionKeys> {
  return { ...(await newKey(kek, accountId, nowMs)).wrapped, formerKeys: [] };
}

/** The same as a key in use: for a session that starts anew and forgets all its keys. */
export async function freshCrypt(kek: KekProvider, accountId: string, nowMs: number): Promise<Rekeying> {
  return rekeyed(kek, accountId, [await newKey(kek, accountId, nowMs)]);
}

/** @throws SessionKeyError when the key-encryption key is not the one that wrapped it; whatever the provider throws otherwise. */
export async function openCrypt(kek: KekProvider, accountId: string, stored: SessionKeys): Promise<SessionCrypt> {
  const { formerKeys, ...current } = stored;
  const keys = await Promise.all([current, ...formerKeys].map((wrapped) => unwrapKey(kek, accountId, wrapped)));
  return rekeyed(kek, accountId, keys).crypt;
}

async function unwrapKey(kek: KekProvider, accountId: string, wrapped: WrappedKey): Promise<DataKey> {
  const { kid, dataKeyId, wrappedKey, madeAtMs } = wrapped;
  const plain = await kek.unwrap(wrappedKey, kid, wrapContext(accountId, dataKeyId)).catch((error: unknown) => {
    throw told(accountId, error);
  });
  return { plain, wrapped: { kid, dataKeyId, wrappedKey, madeAtMs } };
}

/** @param keys the one in use first. */
function rekeyed(kek: KekProvider, accountId: string, keys: readonly DataKey[]): Rekeying {
  const [current, ...former] = keys;
  if (!current) throw new Error('a session needs a data key');
  const { dataKeyId, madeAtMs } = current.wrapped;
  const contextOf = (place: string, keyId: string) => `switchboard session|${accountId}|${place}|${keyId}`;
  const crypt: SessionCrypt = {
    dataKeyId,
    madeAtMs,
    formerKeyIds: former.map(({ wrapped }) => wrapped.dataKeyId),
    seal: (place, plain) => seal(current.plain, plain, contextOf(place, dataKeyId)),
    open: (place, sealed) => {
      for (const { plain, wrapped } of keys) {
        try {
          return open(plain, sealed, contextOf(place, wrapped.dataKeyId));
        } catch {
          // Sealed with another of the keys, or with none of them.
        }
      }
      throw new SessionKeyError(accountId, `"${place}" is damaged, or belongs elsewhere`);
    },
    rewrap: async () => {
      const rewrapped = keys.map(({ plain, wrapped }) => wrapKey(kek, accountId, { ...wrapped, plain }));
      return rekeyed(kek, accountId, await Promise.all(rewrapped));
    },
    rotate: async (nowMs) => rekeyed(kek, accountId, [await newKey(kek, accountId, nowMs), ...keys]),
    keepOnly: (needed) =>
      rekeyed(kek, accountId, [current, ...former.filter(({ wrapped }) => needed.has(wrapped.dataKeyId))]),
  };
  return { crypt, keys: keysOf(keys) };
}

function keysOf(keys: readonly DataKey[]): SessionKeys {
  const [current, ...former] = keys.map(({ wrapped }) => wrapped);
  if (!current) throw new Error('a session needs a data key');
  return { ...current, formerKeys: former };
}
