/**
 * The responder's side of Noise_XX_25519_AESGCM_SHA256:
 *
 *   client hello (e) ──▶   ◀── server hello (e, ee, s, es, certificates)   client finish (s, se, payload) ──▶ transport
 *
 * One counter serves both directions during the handshake; afterwards each direction has its own, without
 * associated data.
 */
import { agree, generateKeyPair, type KeyPair } from './curve.ts';
import { gcmDecrypt, gcmEncrypt, hkdf, sha256 } from './crypto.ts';
import { PROLOGUE } from './frames.ts';
import { MalformedStanza } from './node-reading.ts';
import { proto } from './proto.ts';

/** 32 bytes with its padding, so it is the first hash, chaining key and key as it is. */
const PROTOCOL_NAME = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const EMPTY = Buffer.alloc(0);

function ivOf(counter: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
}

/** What both sides share after the handshake. */
export class NoiseTransport {
  readonly #fromClient: Buffer;
  readonly #toClient: Buffer;
  #received = 0;
  #sent = 0;

  constructor(fromClient: Buffer, toClient: Buffer) {
    this.#fromClient = fromClient;
    this.#toClient = toClient;
  }

  encrypt(plaintext: Uint8Array): Buffer {
    return gcmEncrypt(plaintext, this.#toClient, ivOf(this.#sent++));
  }

  decrypt(ciphertext: Uint8Array): Buffer {
    return gcmDecrypt(ciphertext, this.#fromClient, ivOf(this.#received++));
  }
}

export interface ClientFinish {
  /** The client's long-lived Noise key: what a companion is recognised by. */
  readonly clientStatic: Buffer;
  readonly payload: proto.ClientPayload;
  readonly transport: NoiseTransport;
}

export class NoiseResponder {
  readonly #serverStatic: KeyPair;
  readonly #certificates: Buffer;
  readonly #ephemeral = generateKeyPair();
  #hash: Buffer = sha256(PROTOCOL_NAME, PROLOGUE);
  #chaining: Buffer = PROTOCOL_NAME;
  #key: Buffer = PROTOCOL_NAME;
  #counter = 0;

  constructor(serverStatic: KeyPair, certificates: Buffer) {
    this.#serverStatic = serverStatic;
    this.#certificates = certificates;
  }

  /** Reads the client's hello and returns the server's. */
  answerHello(frame: Uint8Array): Buffer {
    const clientEphemeral = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (clientEphemeral?.length !== 32) throw new MalformedStanza('client hello without an ephemeral key');
    this.#authenticate(clientEphemeral);
    this.#authenticate(this.#ephemeral.publicKey);
    this.#mix(agree(this.#ephemeral.privateKey, clientEphemeral));
    const encryptedStatic = this.#encrypt(this.#serverStatic.publicKey);
    this.#mix(agree(this.#serverStatic.privateKey, clientEphemeral));
    const payload = this.#encrypt(this.#certificates);
    const serverHello = { ephemeral: this.#ephemeral.publicKey, static: encryptedStatic, payload };
    return Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish());
  }

  readFinish(frame: Uint8Array): ClientFinish {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!finish?.static || !finish.payload) throw new MalformedStanza('client finish without static key or payload');
    const clientStatic = this.#decrypt(finish.static);
    this.#mix(agree(this.#ephemeral.privateKey, clientStatic));
    const payload = proto.ClientPayload.decode(this.#decrypt(finish.payload));
    const keys = hkdf(EMPTY, 64, { salt: this.#chaining });
    return { clientStatic, payload, transport: new NoiseTransport(keys.subarray(0, 32), keys.subarray(32)) };
  }

  #authenticate(bytes: Uint8Array): void {
    this.#hash = sha256(this.#hash, bytes);
  }

  #mix(secret: Buffer): void {
    const derived = hkdf(secret, 64, { salt: this.#chaining });
    this.#chaining = derived.subarray(0, 32);
    this.#key = derived.subarray(32);
    this.#counter = 0;
  }

  #encrypt(plaintext: Uint8Array): Buffer {
    const ciphertext = gcmEncrypt(plaintext, this.#key, ivOf(this.#counter++), this.#hash);
    this.#authenticate(ciphertext);
    return ciphertext;
  }

  #decrypt(ciphertext: Uint8Array): Buffer {
    const plaintext = gcmDecrypt(ciphertext, this.#key, ivOf(this.#counter++), this.#hash);
    this.#authenticate(ciphertext);
    return plaintext;
  }
}
