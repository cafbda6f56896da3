/**
 * Linking by an 8-character code. The code only wraps the two ephemeral keys; a wrong one shows when the bundle
 * that was encrypted under the agreed key does not open. Pure but for the randomness of salts and keys.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { ctr, gcmDecrypt, hkdf } from './crypto.ts';
import { agree, generateKeyPair, type KeyPair } from './curve.ts';

const ITERATIONS = 131_072;
const SALT = 32;
const WRAP_IV = 16;
const BUNDLE_IV = 12;
const KEY = 32;

export function normalizeCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '').toUpperCase();
}

function codeKey(code: string, salt: Uint8Array): Buffer {
  return pbkdf2Sync(code, salt, ITERATIONS, KEY, 'sha256');
}

/** salt ‖ iv ‖ AES-CTR(public key). */
export function wrapEphemeral(publicKey: Buffer, code: string): Buffer {
  const salt = randomBytes(SALT);
  const iv = randomBytes(WRAP_IV);
  return Buffer.concat([salt, iv, ctr(publicKey, codeKey(code, salt), iv)]);
}

/** With a wrong code this yields some other 32 bytes: the wrapping cannot tell. */
export function unwrapEphemeral(wrapped: Buffer, code: string): Buffer {
  const salt = wrapped.subarray(0, SALT);
  const iv = wrapped.subarray(SALT, SALT + WRAP_IV);
  return ctr(wrapped.subarray(SALT + WRAP_IV, SALT + WRAP_IV + KEY), codeKey(code, salt), iv);
}

export interface CodeExchange {
  readonly ephemeral: KeyPair;
  readonly companionEphemeral: Buffer;
}

export function startExchange(wrappedCompanionEphemeral: Buffer, code: string): CodeExchange {
  return { ephemeral: generateKeyPair(), companionEphemeral: unwrapEphemeral(wrappedCompanionEphemeral, code) };
}

/**
 * Opens the companion's bundle (salt ‖ iv ‖ AES-GCM(companion identity ‖ phone identity ‖ random)) and derives
 * the secret that seals the link; `null` when the code was wrong.
 */
export function openBundle(
  exchange: CodeExchange,
  wrappedBundle: Buffer,
  phoneIdentity: KeyPair,
): { companionIdentity: Buffer; advSecret: Buffer } | null {
  const shared = agree(exchange.ephemeral.privateKey, exchange.companionEphemeral);
  const info = 'link_code_pairing_key_bundle_encryption_key';
  const key = hkdf(shared, KEY, { salt: wrappedBundle.subarray(0, SALT), info });
  let bundle: Buffer;
  try {
    bundle = gcmDecrypt(wrappedBundle.subarray(SALT + BUNDLE_IV), key, wrappedBundle.subarray(SALT, SALT + BUNDLE_IV));
  } catch {
    return null;
  }
  const companionIdentity = bundle.subarray(0, KEY);
  if (!bundle.subarray(KEY, 2 * KEY).equals(phoneIdentity.publicKey)) return null;
  const identities = agree(phoneIdentity.privateKey, companionIdentity);
  const secret = Buffer.concat([shared, identities, bundle.subarray(2 * KEY)]);
  return { companionIdentity, advSecret: hkdf(secret, KEY, { info: 'adv_secret' }) };
}
