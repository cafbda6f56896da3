import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gcmEncrypt, hkdf } from './crypto.ts';
import { agree, generateKeyPair } from './curve.ts';
import { normalizeCode, openBundle, startExchange, unwrapEphemeral, wrapEphemeral } from './pairing-code.ts';

/** What the companion does once the phone has sent its half. */
function bundleFrom(
  companion: { ephemeral: ReturnType<typeof generateKeyPair>; identity: ReturnType<typeof generateKeyPair> },
  phoneEphemeral: Buffer,
  phoneIdentity: Buffer,
): Buffer {
  const [salt, iv] = [randomBytes(32), randomBytes(12)];
  const shared = agree(companion.ephemeral.privateKey, phoneEphemeral);
  const key = hkdf(shared, 32, { salt, info: 'link_code_pairing_key_bundle_encryption_key' });
  const plain = Buffer.concat([companion.identity.publicKey, phoneIdentity, randomBytes(32)]);
  return Buffer.concat([salt, iv, gcmEncrypt(plain, key, iv)]);
}

describe('a pairing code', () => {
  const companion = { ephemeral: generateKeyPair(), identity: generateKeyPair() };
  const phone = generateKeyPair();

  it('opens the bundle and names the companion', () => {
    const exchange = startExchange(wrapEphemeral(companion.ephemeral.publicKey, 'ABCD2345'), 'ABCD2345');
    const received = unwrapEphemeral(wrapEphemeral(exchange.ephemeral.publicKey, 'ABCD2345'), 'ABCD2345');
    const opened = openBundle(exchange, bundleFrom(companion, received, phone.publicKey), phone);
    assert.deepEqual(opened?.companionIdentity, companion.identity.publicKey);
    assert.equal(opened.advSecret.length, 32);
  });

  it('that is wrong opens nothing', () => {
    const exchange = startExchange(wrapEphemeral(companion.ephemeral.publicKey, 'ABCD2345'), 'ABCD2346');
    const received = unwrapEphemeral(wrapEphemeral(exchange.ephemeral.publicKey, 'ABCD2346'), 'ABCD2345');
    assert.equal(openBundle(exchange, bundleFrom(companion, received, phone.publicKey), phone), null);
  });

  it('does not open a bundle meant for another phone, nor a torn one', () => {
    const exchange = startExchange(wrapEphemeral(companion.ephemeral.publicKey, 'ABCD2345'), 'ABCD2345');
    const bundle = bundleFrom(companion, exchange.ephemeral.publicKey, generateKeyPair().publicKey);
    assert.equal(openBundle(exchange, bundle, phone), null);
    assert.equal(openBundle(exchange, bundle.subarray(0, 50), phone), null);
  });

  it('is read as people type it', () => {
    assert.equal(normalizeCode(' abcd-2345'), 'ABCD2345');
  });
});
