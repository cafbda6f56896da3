/** The public keys a companion has uploaded: what peers fetch to start a session with it. */
import { bytesOf, childOf, childrenOf, requireBytes, requireChild, uintOf } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { KeyBundle } from '../wire/signal.ts';
import type { DeviceKeys } from './device.ts';

export class CompanionKeys implements DeviceKeys {
  #registrationId: number;
  #identity: Buffer;
  #signedPreKey: KeyBundle['signedPreKey'];
  /** Oldest first: each is handed out once. */
  readonly #preKeys = new Map<number, Buffer>();

  constructor(registration: KeyBundle) {
    this.#registrationId = registration.registrationId;
    this.#identity = registration.identity;
    this.#signedPreKey = registration.signedPreKey;
  }

  get identity(): Buffer {
    return this.#identity;
  }

  get preKeyCount(): number {
    return this.#preKeys.size;
  }

  takeBundle(): KeyBundle {
    const [next] = this.#preKeys;
    if (next) this.#preKeys.delete(next[0]);
    return {
      registrationId: this.#registrationId,
      identity: this.#identity,
      signedPreKey: this.#signedPreKey,
      preKey: next ? { id: next[0], publicKey: next[1] } : null,
    };
  }

  /** `<iq xmlns=encrypt type=set>` with registration, identity, list and skey. */
  upload(question: BinaryNode): void {
    this.#registrationId = uintOf(requireBytes(question, 'registration'));
    this.#identity = requireBytes(question, 'identity');
    for (const key of childrenOf(childOf(question, 'list'), 'key'))
      this.#preKeys.set(uintOf(requireBytes(key, 'id')), requireBytes(key, 'value'));
    this.rotate(question);
  }

  /** Takes the `<skey>` of an upload or of a rotation. */
  rotate(parent: BinaryNode): void {
    this.#signedPreKey = signedPreKeyOf(requireChild(parent, 'skey'));
  }
}

function signedPreKeyOf(skey: BinaryNode): KeyBundle['signedPreKey'] {
  return {
    id: uintOf(requireBytes(skey, 'id')),
    publicKey: requireBytes(skey, 'value'),
    signature: requireBytes(skey, 'signature'),
  };
}

/** The keys a retry receipt carries, so that the peer can start a new session at once; `null` when it has none. */
export function bundleOfRetry(receipt: BinaryNode): KeyBundle | null {
  const keys = childOf(receipt, 'keys');
  const registration = bytesOf(childOf(receipt, 'registration'));
  if (!keys || !registration) return null;
  const preKey = childOf(keys, 'key');
  return {
    registrationId: uintOf(registration),
    identity: requireBytes(keys, 'identity'),
    signedPreKey: signedPreKeyOf(requireChild(keys, 'skey')),
    preKey: preKey ? { id: uintOf(requireBytes(preKey, 'id')), publicKey: requireBytes(preKey, 'value') } : null,
  };
}
