/**
 * Signal's group cipher: one chain of keys per sending device and group. The sender hands its chain to each
 * member's device (the distribution), then encrypts every message once for all of them.
 *
 * Owns the chains and their order. Who gets a distribution, padding and the stanza are the caller's.
 * A group message that cannot be read is an outcome, not an error: the device asks for it again.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto';
import { hkdf, hmacSha256 } from './crypto.ts';
import { generateKeyPair, isSignedBy, sign } from './curve.ts';
import { decodeDistribution, decodeSigned, encodeDistribution, encodeUnsigned } from './sender-key-format.ts';

/** How far a message may lie ahead of the last one read, and how many unread keys are kept. Both are Signal's. */
const MAX_AHEAD = 2000;
const MAX_KEPT_KEYS = 2000;
/** Chains kept per sender: messages in flight while the sender started a new one stay readable. */
const MAX_CHAINS = 5;

export type GroupDecryption =
  | { readonly ok: true; readonly plaintext: Buffer }
  | {
      readonly ok: false;
      readonly reason: 'malformed' | 'no_sender_key' | 'bad_signature' | 'key_already_used' | 'too_far_ahead';
    };

/** The chain this device sends on, in one group. */
export class OwnSenderKey {
  readonly #id = randomInt(2 ** 31 - 1);
  readonly #signing = generateKeyPair();
  #iteration = 0;
  #chainKey: Buffer = randomBytes(32);

  /** What lets a device read every message from the next one on. Never put on the wire in the clear. */
  distribution(): Buffer {
    return encodeDistribution({
      id: this.#id,
      iteration: this.#iteration,
      chainKey: this.#chainKey,
      signingKey: this.#signing.publicKey,
    });
  }

  encrypt(plaintext: Uint8Array): Buffer {
    const { key, iv } = messageKey(this.#chainKey);
    const cipher = createCipheriv('aes-256-cbc', key, iv);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const unsigned = encodeUnsigned({ id: this.#id, iteration: this.#iteration, ciphertext });
    this.#iteration += 1;
    this.#chainKey = nextChainKey(this.#chainKey);
    return Buffer.concat([unsigned, sign(this.#signing.privateKey, unsigned)]);
  }
}

interface Chain {
  readonly id: number;
  readonly signingKey: Buffer;
  iteration: number;
  chainKey: Buffer;
  /** Keys of messages that were passed over, by iteration, oldest first. */
  readonly passedOver: Map<number, Buffer>;
}

/** What this device knows of another device's chains in one group. */
export class PeerSenderKeys {
  /** Newest first. */
  #chains: Chain[] = [];

  /** Takes in a distribution. @returns false when it is malformed. */
  process(distribution: Uint8Array): boolean {
    const read = decodeDistribution(distribution);
    if (read === null) return false;
    const signingKey = Buffer.from(read.signingKey);
    // The sender repeats a distribution to be safe. Rewinding a known chain would make used keys usable again.
    if (this.#chains.some((chain) => chain.id === read.id && chain.signingKey.equals(signingKey))) return true;
    const chain = {
      id: read.id,
      signingKey,
      iteration: read.iteration,
      chainKey: Buffer.from(read.chainKey),
      passedOver: new Map<number, Buffer>(),
    };
    this.#chains = [chain, ...this.#chains.filter((known) => known.id !== read.id)].slice(0, MAX_CHAINS);
    return true;
  }

  /** Reads a message once. State moves only when the message was authentic. */
  decrypt(bytes: Uint8Array): GroupDecryption {
    const message = decodeSigned(bytes);
    if (message === null) return { ok: false, reason: 'malformed' };
    const chain = this.#chains.find(({ id }) => id === message.id);
    if (chain === undefined) return { ok: false, reason: 'no_sender_key' };
    if (!isSignedBy(chain.signingKey, message.signed, message.signature)) {
      return { ok: false, reason: 'bad_signature' };
    }
    if (message.iteration - chain.iteration > MAX_AHEAD) return { ok: false, reason: 'too_far_ahead' };
    const seed = takeMessageSeed(chain, message.iteration);
    if (seed === null) return { ok: false, reason: 'key_already_used' };
    return decryptWith(seed, message.ciphertext);
  }
}

function decryptWith(seed: Buffer, ciphertext: Uint8Array): GroupDecryption {
  const { key, iv } = splitSeed(seed);
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  try {
    return { ok: true, plaintext: Buffer.concat([decipher.update(ciphertext), decipher.final()]) };
  } catch {
    return { ok: false, reason: 'malformed' };
  }
}

/** Moves the chain to just past `iteration`, keeping what it passes over. @returns null when that key is gone. */
function takeMessageSeed(chain: Chain, iteration: number): Buffer | null {
  if (iteration < chain.iteration) {
    const kept = chain.passedOver.get(iteration) ?? null;
    chain.passedOver.delete(iteration);
    return kept;
  }
  while (chain.iteration < iteration) {
    chain.passedOver.set(chain.iteration, messageSeed(chain.chainKey));
    dropOldest(chain.passedOver);
    advance(chain);
  }
  const seed = messageSeed(chain.chainKey);
  advance(chain);
  return seed;
}

function advance(chain: Chain): void {
  chain.iteration += 1;
  chain.chainKey = nextChainKey(chain.chainKey);
}

function dropOldest(passedOver: Map<number, Buffer>): void {
  if (passedOver.size <= MAX_KEPT_KEYS) return;
  for (const oldest of passedOver.keys()) {
    passedOver.delete(oldest);
    return;
  }
}

function messageSeed(chainKey: Buffer): Buffer {
  return hmacSha256(chainKey, Buffer.of(1));
}

function nextChainKey(chainKey: Buffer): Buffer {
  return hmacSha256(chainKey, Buffer.of(2));
}

function messageKey(chainKey: Buffer): { readonly key: Buffer; readonly iv: Buffer } {
  return splitSeed(messageSeed(chainKey));
}

function splitSeed(seed: Buffer): { readonly key: Buffer; readonly iv: Buffer } {
  const derived = hkdf(seed, 48, { info: 'WhisperGroup' });
  return { iv: derived.subarray(0, 16), key: derived.subarray(16, 48) };
}
