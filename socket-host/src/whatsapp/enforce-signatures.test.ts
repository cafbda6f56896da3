import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { Curve } from '@whiskeysockets/baileys';
import { isSignedBy } from './enforce-signatures.ts';

const { verifySignature } = createRequire(import.meta.url)('libsignal/src/curve.js') as {
  verifySignature: (key: Uint8Array, message: Uint8Array, signature: Uint8Array, isInit?: boolean) => boolean;
};

describe('signatures', () => {
  it('of the right key are accepted, for many keys and messages', () => {
    for (let index = 0; index < 12; index += 1) {
      const pair = Curve.generateKeyPair();
      const message = randomBytes(index * 7 + 1);
      const signature = Curve.sign(pair.private, message);
      assert.ok(isSignedBy(pair.public, message, signature));
      assert.ok(Curve.verify(pair.public, message, signature));
      assert.equal(verifySignature(Buffer.concat([Buffer.of(5), pair.public]), message, signature), true);
    }
  });

  it('that are random, of another key or of another message are refused by both libraries', () => {
    const [pair, other] = [Curve.generateKeyPair(), Curve.generateKeyPair()];
    const message = Buffer.from('certificate');
    const signature = Curve.sign(pair.private, message);
    const wrong: [Uint8Array, Uint8Array, Uint8Array][] = [
      [pair.public, message, randomBytes(64)],
      [other.public, message, signature],
      [pair.public, Buffer.from('another'), signature],
      [pair.public, message, signature.subarray(1)],
      [pair.public.subarray(1), message, signature],
    ];
    for (const [key, text, signed] of wrong) {
      assert.equal(Curve.verify(key, text, signed), false);
      assert.throws(() => verifySignature(key, text, signed), /invalid signature/);
    }
  });

  it('of a first contact are checked too, although libsignal skips them', () => {
    const pair = Curve.generateKeyPair();
    assert.throws(
      () => verifySignature(pair.public, Buffer.from('pre-key'), randomBytes(64), true),
      /invalid signature/,
    );
  });
});
