/**
 * "ADV": the phone signs each companion's identity key, the companion signs back. The prefixes keep the two
 * signatures from ever being taken for each other. Pure.
 */
import { hmacSha256 } from './crypto.ts';
import { isSignedBy, sign, type KeyPair } from './curve.ts';
import { proto } from './proto.ts';

const ACCOUNT_PREFIX = Buffer.from([6, 0]);
const DEVICE_PREFIX = Buffer.from([6, 1]);

export interface SignedCompanion {
  /** `ADVDeviceIdentity`, encoded: what both sign. */
  readonly details: Buffer;
  readonly accountSignature: Buffer;
  readonly accountSignatureKey: Buffer;
}

export function signCompanion(
  phone: KeyPair,
  companionIdentity: Buffer,
  keyIndex: number,
  at: number,
): SignedCompanion {
  const identity = { rawId: keyIndex, timestamp: at, keyIndex };
  const details = Buffer.from(proto.ADVDeviceIdentity.encode(identity).finish());
  const accountSignature = sign(phone.privateKey, Buffer.concat([ACCOUNT_PREFIX, details, companionIdentity]));
  return { details, accountSignature, accountSignatureKey: phone.publicKey };
}

/** What the phone hands to the companion: the signed identity, proven to come from whoever saw the QR. */
export function sealForCompanion(signed: SignedCompanion, advSecret: Buffer): Buffer {
  const details = proto.ADVSignedDeviceIdentity.encode({ ...signed }).finish();
  const sealed = { details, hmac: hmacSha256(advSecret, details) };
  return Buffer.from(proto.ADVSignedDeviceIdentityHMAC.encode(sealed).finish());
}

/**
 * Whether a companion proves, beside the first message of a session, that this phone linked it: both signatures
 * must stand. Without the proof a server could slip in a device of its own.
 */
export function isLinkProven(proof: Uint8Array, phoneIdentity: Buffer, companionIdentity: Buffer): boolean {
  const { details, accountSignature, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(proof);
  if (!details || !accountSignature || !deviceSignature) return false;
  const byPhone = Buffer.concat([ACCOUNT_PREFIX, details, companionIdentity]);
  const byCompanion = Buffer.concat([DEVICE_PREFIX, details, companionIdentity, phoneIdentity]);
  return (
    isSignedBy(phoneIdentity, byPhone, accountSignature) && isSignedBy(companionIdentity, byCompanion, deviceSignature)
  );
}

/** Whether the companion's reply carries its own signature over what the phone signed. */
export function isCountersigned(reply: Uint8Array, signed: SignedCompanion, companionIdentity: Buffer): boolean {
  const { details, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(reply);
  if (!details || !deviceSignature || !signed.details.equals(details)) return false;
  const message = Buffer.concat([DEVICE_PREFIX, details, companionIdentity, signed.accountSignatureKey]);
  return isSignedBy(companionIdentity, message, deviceSignature);
}
