/** Encrypts what an account stores with its data key, binding each value to the account, its place and the key's id. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { WrappedKey } from '../store/sessions.ts';
import type { KekProvider } from './kek.ts';
import { open, seal } from './seal.ts';
import { SessionKeyError } from './types.ts';

export interface SessionCrypt {
  /** @param place the bucket, or `creds`, `recent`, `backup`. */
  seal(place: string, plain: Uint8Array): Uint8Array;
  /** @throws SessionKeyError */
  open(place: string, sealed: Uint8Array): Uint8Array;
  /** The same data key, wrapped with the key-encryption key now in use. */
  rewrap(): Promise<WrappedKey>;
}

function wrapContext(accountId: string, dataKeyId: string): string {
  return `switchboard data key|${accountId}|${dataKeyId}`;
}

/** A new data key for an account, already wrapped: the plain key is never stored. */
export async function makeDataKey(kek: KekProvider, accountId: string): Promise<WrappedKey> {
  const dataKeyId = randomUUID();
  const wrappedKey = await kek.wrap(randomBytes(32), wrapContext(accountId, dataKeyId));
  return { kid: kek.kid, dataKeyId, wrappedKey };
}

/** @throws SessionKeyError when the key-encryption key is not the one that wrapped it. */
export async function openCrypt(kek: KekProvider, accountId: string, wrapped: WrappedKey): Promise<SessionCrypt> {
  const { kid, dataKeyId, wrappedKey } = wrapped;
  const dataKey = await kek.unwrap(wrappedKey, kid, wrapContext(accountId, dataKeyId)).catch((error: unknown) => {
    throw new SessionKeyError(accountId, error instanceof Error ? error.message : String(error));
  });
  const context = (place: string) => `switchboard session|${accountId}|${place}|${dataKeyId}`;
  return {
    seal: (place, plain) => seal(dataKey, plain, context(place)),
    open: (place, sealed) => {
      try {
        return open(dataKey, sealed, context(place));
      } catch {
        throw new SessionKeyError(accountId, `"${place}" is damaged, or belongs elsewhere`);
      }
    },
    rewrap: async () => {
      const rewrapped = await kek.wrap(dataKey, wrapContext(accountId, dataKeyId));
      return { kid: kek.kid, dataKeyId, wrappedKey: rewrapped };
    },
  };
}
