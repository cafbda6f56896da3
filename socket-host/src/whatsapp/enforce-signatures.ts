/**
 * Makes signature checks real, by being imported. Baileys 7.0.0-rc14 takes any signature for good: its `Curve.verify` waits for a
 * throw, libsignal 6 answers `false`. Without this the certificate chain of the server is not checked, nor who linked the account.
 *
 * Patches both libraries, so it does not matter which was loaded first. Verification is done natively: an XEdDSA signature is
 * an Ed25519 signature under the same key in Edwards form (https://signal.org/docs/specifications/xeddsa/).
 */
import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { Curve } from '@whiskeysockets/baileys';

/** 2^255 - 19, the field of Curve25519. */
const P = 2n ** 255n - 19n;
/** DER of an Ed25519 public key, up to the 32 bytes of the key itself (RFC 8410). */
const ED25519_DER = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
/** libsignal puts this type byte before a public key. */
const KEY_TYPE = 5;
const SIGNATURE_BYTES = 64;
const SIGN_BIT = 0x80;

/** base^exponent mod P. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base % P, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % P) {
    if (rest & 1n) result = (result * square) % P;
  }
  return result;
}

function rawKey(publicKey: Uint8Array): Uint8Array | null {
  if (publicKey.length === KEY_BYTES) return publicKey;
  return publicKey.length === KEY_BYTES + 1 && publicKey[0] === KEY_TYPE ? publicKey.subarray(1) : null;
}

/** The Edwards form of a Montgomery key: y = (u - 1) / (u + 1), with the sign the signature carries. */
function edwardsKey(montgomery: Uint8Array, signBit: number): Buffer {
  const bigEndian = Buffer.from(montgomery).reverse();
  const u = BigInt(`0x${bigEndian.toString('hex')}`) & ((1n << 255n) - 1n);
  const y = ((((u - 1n + P) % P) * power(u + 1n, P - 2n)) % P).toString(16).padStart(2 * KEY_BYTES, '0');
  const key = Buffer.from(y, 'hex').reverse();
  key.writeUInt8(key.readUInt8(KEY_BYTES - 1) | signBit, KEY_BYTES - 1);
  return key;
}

/** Whether `signature` over `message` was made with the private half of `publicKey` (32 bytes, or 33 with libsignal's type byte). */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const montgomery = rawKey(publicKey);
  if (!montgomery || signature.length !== SIGNATURE_BYTES) return false;
  const plain = Buffer.from(signature);
  const last = plain.readUInt8(SIGNATURE_BYTES - 1);
  plain.writeUInt8(last & ~SIGN_BIT, SIGNATURE_BYTES - 1);
  const der = Buffer.concat([ED25519_DER, edwardsKey(montgomery, last & SIGN_BIT)]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), plain);
}

/** As libsignal's own, except that a bad signature throws. */
function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): true {
  if (!isSignedBy(publicKey, message, signature)) throw new Error('invalid signature');
  return true;
}

// libsignal's parts call each other through this object of the CommonJS module.
const fromBaileys = createRequire(import.meta.resolve('@whiskeysockets/baileys'));
const libsignalCurve = fromBaileys('libsignal/src/curve.js') as { verifySignature: typeof verifySignature };
libsignalCurve.verifySignature = verifySignature;
// Baileys checks certificates and pairings through this object.
Curve.verify = isSignedBy;
