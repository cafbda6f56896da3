/**
 * One simulated device's Signal state: identity, pre-keys, one session per peer device. Owns everything that
 * touches libsignal's sessions. Calls for one device must not overlap: the phone's work queue sees to it.
 */
import { ProtocolAddress, SessionBuilder, SessionCipher, SessionRecord, type SignalStorage } from 'libsignal';
import { randomInt } from 'node:crypto';
import { generateKeyPair, sign, withType, type KeyPair } from './curve.ts';
import { quietLibsignal } from './quiet-libsignal.ts';
import { undoFailedTries } from './undo-failed-tries.ts';

export interface KeyBundle {
  readonly registrationId: number;
  /** Public keys are 32 bytes, without Signal's type byte. */
  readonly identity: Buffer;
  readonly signedPreKey: { readonly id: number; readonly publicKey: Buffer; readonly signature: Buffer };
  /** `null` once a companion's one-time keys have run out. */
  readonly preKey: { readonly id: number; readonly publicKey: Buffer } | null;
}

export type CiphertextType = 'pkmsg' | 'msg';

const PRE_KEY_MESSAGE = 3;
const SIGNED_PRE_KEY_ID = 1;

export class SignalDevice {
  readonly registrationId = randomInt(1, 16_380);
  readonly identity = generateKeyPair();
  readonly #signedPreKey = generateKeyPair();
  readonly #signedPreKeySignature = sign(this.identity.privateKey, withType(this.#signedPreKey.publicKey));
  readonly #preKeys = new Map<number, KeyPair>();
  /** Serialized: libsignal changes a record even when it then fails to decrypt, and that change must be forgotten. */
  readonly #sessions = new Map<string, ReturnType<SessionRecord['serialize']>>();
  readonly #storage: SignalStorage;
  readonly #scope: string;
  #lastPreKeyId = 0;

  /** @param scope keeps this device's libsignal locks apart from those of other devices in the process. */
  constructor(scope: string) {
    quietLibsignal();
    undoFailedTries();
    this.#scope = scope;
    this.#storage = this.#makeStorage();
  }

  /** A fresh bundle for a peer who starts a session; each call makes and spends one one-time key. */
  takeBundle(): KeyBundle {
    const preKey = generateKeyPair();
    this.#lastPreKeyId += 1;
    this.#preKeys.set(this.#lastPreKeyId, preKey);
    return {
      registrationId: this.registrationId,
      identity: this.identity.publicKey,
      signedPreKey: {
        id: SIGNED_PRE_KEY_ID,
        publicKey: this.#signedPreKey.publicKey,
        signature: this.#signedPreKeySignature,
      },
      preKey: { id: this.#lastPreKeyId, publicKey: preKey.publicKey },
    };
  }

  hasSession(peer: string): boolean {
    return this.#sessions.has(this.#address(peer).toString());
  }

  async startSession(peer: string, bundle: KeyBundle): Promise<void> {
    const { signedPreKey, preKey } = bundle;
    const device = {
      registrationId: bundle.registrationId,
      identityKey: withType(bundle.identity),
      signedPreKey: {
        keyId: signedPreKey.id,
        publicKey: withType(signedPreKey.publicKey),
        signature: signedPreKey.signature,
      },
      ...(preKey && { preKey: { keyId: preKey.id, publicKey: withType(preKey.publicKey) } }),
    };
    // libsignal starts a session without a one-time key too; only its typings say it is required.
    await new SessionBuilder(this.#storage, this.#address(peer)).initOutgoing(device as Required<typeof device>);
  }

  async encrypt(peer: string, plaintext: Buffer): Promise<{ type: CiphertextType; ciphertext: Buffer }> {
    const { type, body } = await new SessionCipher(this.#storage, this.#address(peer)).encrypt(plaintext);
    // The typings say string, the code returns a Buffer; latin1 reads both.
    return { type: type === PRE_KEY_MESSAGE ? 'pkmsg' : 'msg', ciphertext: Buffer.from(body, 'latin1') };
  }

  /** Throws when no session fits: a broken ratchet, a used key or an unknown pre-key. */
  async decrypt(peer: string, type: CiphertextType, ciphertext: Buffer): Promise<Buffer> {
    const cipher = new SessionCipher(this.#storage, this.#address(peer));
    return type === 'pkmsg' ? cipher.decryptPreKeyWhisperMessage(ciphertext) : cipher.decryptWhisperMessage(ciphertext);
  }

  #address(peer: string): ProtocolAddress {
    return new ProtocolAddress(`${this.#scope}>${peer}`, 0);
  }

  #makeStorage(): SignalStorage {
    const pairOf = (pair: KeyPair): { privKey: Buffer; pubKey: Buffer } => ({
      privKey: pair.privateKey,
      pubKey: withType(pair.publicKey),
    });
    return {
      loadSession: (id) => {
        const stored = this.#sessions.get(id);
        return Promise.resolve(stored === undefined ? undefined : SessionRecord.deserialize(stored));
      },
      storeSession: (id, session) => {
        this.#sessions.set(id, session.serialize());
        return Promise.resolve();
      },
      isTrustedIdentity: () => true,
      loadPreKey: (id) => {
        const pair = this.#preKeys.get(Number(id));
        return Promise.resolve(pair && pairOf(pair));
      },
      removePreKey: (id) => {
        this.#preKeys.delete(id);
      },
      loadSignedPreKey: () => pairOf(this.#signedPreKey),
      getOurRegistrationId: () => this.registrationId,
      getOurIdentity: () => pairOf(this.identity),
    };
  }
}
