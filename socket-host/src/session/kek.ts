/** Key-encryption keys: they encrypt one data key per account and nothing else, so they can live in a KMS. */
import { createHash } from 'node:crypto';
import { open, seal } from './seal.ts';

/** Thrown when a key-encryption key is not the one that is needed, or may not be used. Trying again does not help. */
export class WrongKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongKeyError';
  }
}

/** Encrypts and decrypts data keys. `context` is bound to the result: a key unwraps only for the account it was made for. */
export interface KekProvider {
  /** Names the key in use; stored beside what it encrypted. Reveals nothing of it. */
  readonly kid: string;
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>;
  /** @throws WrongKeyError when `kid` is not a key of this provider, or the bytes were not made with it. */
  unwrap(wrapped: Uint8Array, kid: string, context: string): Promise<Uint8Array>;
}

function kidOf(key: Uint8Array): string {
  return `local:${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

/**
 * Keys held by this process, for development and for hosts without a KMS. Each is 32 bytes.
 *
 * @param former keys that were in use before: they still open what they encrypted, and encrypt nothing new.
 */
export function localKek(key: Uint8Array, former: readonly Uint8Array[] = []): KekProvider {
  const kid = kidOf(key);
  const keys = new Map([...former, key].map((each) => [kidOf(each), each]));
  return {
    kid,
    wrap: (dataKey, context) => Promise.resolve(seal(key, dataKey, context)),
    unwrap: (wrapped, usedKid, context) => {
      const used = keys.get(usedKid);
      return new Promise((resolve) => {
        if (!used) throw new WrongKeyError(`it was encrypted with the key ${usedKid}, this host has ${kid}`);
        try {
          resolve(open(used, wrapped, context));
        } catch {
          throw new WrongKeyError(`its data key is damaged, or belongs to another account`);
        }
      });
    },
  };
}
