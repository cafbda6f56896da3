/**
 * Curve25519: key pairs, agreement, and XEdDSA signatures. Public keys are 32 bytes here; where Signal wants
 * its type byte in front, `withType` adds it. Signing is libsignal's; verifying is native and enforced.
 */
import { calculateSignature } from 'libsignal/src/curve.js';
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, verify } from 'node:crypto';

const X25519_PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex');
const X25519_PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex');
const ED25519_PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_TYPE = Buffer.from([5]);
const FIELD = 2n ** 255n - 19n;

export interface KeyPair {
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
}

export function generateKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('x25519');
  return keyPairOf(privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(X25519_PRIVATE_DER.length));
}

/** The key pair of 32 private bytes; the same bytes give the same pair. */
export function keyPairOf(privateKey: Buffer): KeyPair {
  const spki = createPublicKey(privateKeyObject(privateKey)).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: spki.subarray(X25519_PUBLIC_DER.length) };
}

export function agree(privateKey: Buffer, publicKey: Uint8Array): Buffer {
  return diffieHellman({
    privateKey: privateKeyObject(privateKey),
    publicKey: createPublicKey({
      key: Buffer.concat([X25519_PUBLIC_DER, publicKey]),
      format: 'der',
      type: 'spki',
    }),
  });
}

function privateKeyObject(privateKey: Buffer): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([X25519_PRIVATE_DER, privateKey]), format: 'der', type: 'pkcs8' });
}

export function sign(privateKey: Buffer, message: Uint8Array): Buffer {
  return Buffer.from(calculateSignature(privateKey, message));
}

/** Whether `signature` is a valid XEdDSA signature of the message under a Curve25519 public key. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const edwards = edwardsOf(publicKey, ((signature[63] ?? 0) & 0x80) !== 0);
  const plain = Buffer.from(signature);
  plain[63] = (plain[63] ?? 0) & 0x7f;
  const key = createPublicKey({ key: Buffer.concat([ED25519_PUBLIC_DER, edwards]), format: 'der', type: 'spki' });
  return verify(null, message, key, plain);
}

/** The Edwards form of a Montgomery public key, `y = (u - 1) / (u + 1)`; the sign of x travels in the signature. */
function edwardsOf(montgomery: Uint8Array, isNegative: boolean): Buffer {
  const littleEndian = Buffer.from(montgomery);
  littleEndian[31] = (littleEndian[31] ?? 0) & 0x7f;
  const u = BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`);
  const y = (((u + FIELD - 1n) % FIELD) * power((u + 1n) % FIELD, FIELD - 2n)) % FIELD;
  const encoded = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
  if (isNegative) encoded[31] = (encoded[31] ?? 0) | 0x80;
  return encoded;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % FIELD)
    if (rest & 1n) result = (result * square) % FIELD;
  return result;
}

/** Signal's spelling of a public key: the type byte 5 in front. */
export function withType(publicKey: Uint8Array): Buffer {
  return publicKey.length === 33 ? Buffer.from(publicKey) : Buffer.concat([KEY_TYPE, publicKey]);
}
