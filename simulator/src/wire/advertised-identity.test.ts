import assert from 'node:assert/strict';
import { hmacSha256 } from './crypto.ts';
import { isCountersigned, isLinkProven, sealForCompanion, signCompanion } from './advertised-identity.ts';
import { generateKeyPair, isSignedBy, sign } from './curve.ts';
import { proto } from './proto.ts';

describe('the identity a phone vouches for', () => {
  const [phone, companion] = [generateKeyPair(), generateKeyPair()];
  const signed = signCompanion(phone, companion.publicKey, 3, 1_700_000_000);

  function countersign(by: Buffer): Uint8Array {
    const message = Buffer.concat([Buffer.from([6, 1]), signed.details, companion.publicKey, phone.publicKey]);
    return proto.ADVSignedDeviceIdentity.encode({ ...signed, deviceSignature: sign(by, message) }).finish();
  }

  it('is sealed with the secret of the QR and signed by the phone', () => {
    const secret = Buffer.alloc(32, 9);
    const sealed = proto.ADVSignedDeviceIdentityHMAC.decode(sealForCompanion(signed, secret));
    assert.ok(sealed.details && sealed.hmac);
    assert.deepEqual(Buffer.from(sealed.hmac), hmacSha256(secret, sealed.details));
    const message = Buffer.concat([Buffer.from([6, 0]), signed.details, companion.publicKey]);
    assert.ok(isSignedBy(phone.publicKey, message, signed.accountSignature));
  });

  it('counts only with the signature of the companion itself', () => {
    assert.ok(isCountersigned(countersign(companion.privateKey), signed, companion.publicKey));
    assert.ok(!isCountersigned(countersign(phone.privateKey), signed, companion.publicKey));
    assert.ok(!isCountersigned(Buffer.alloc(0), signed, companion.publicKey));
  });

  it('proves the link to others only for this phone and this companion', () => {
    const proof = countersign(companion.privateKey);
    assert.ok(isLinkProven(proof, phone.publicKey, companion.publicKey));
    assert.ok(!isLinkProven(proof, generateKeyPair().publicKey, companion.publicKey));
    assert.ok(!isLinkProven(proof, phone.publicKey, generateKeyPair().publicKey));
    assert.ok(!isLinkProven(Buffer.alloc(0), phone.publicKey, companion.publicKey));
  });
});
