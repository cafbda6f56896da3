import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { agree, generateKeyPair, isSignedBy, keyPairOf, sign, withType } from './curve.ts';

describe('curve', () => {
  it('a signature holds for its key and its message and for no other', () => {
    for (let round = 0; round < 20; round += 1) {
      const pair = generateKeyPair();
      const message = randomBytes(40);
      const signature = sign(pair.privateKey, message);
      assert.ok(isSignedBy(pair.publicKey, message, signature));
      assert.ok(!isSignedBy(generateKeyPair().publicKey, message, signature));
      assert.ok(!isSignedBy(pair.publicKey, randomBytes(40), signature));
      const bent = Buffer.from(signature);
      bent[round] = (bent[round] ?? 0) ^ 1;
      assert.ok(!isSignedBy(pair.publicKey, message, bent));
    }
  });

  it('a key or a signature of the wrong length proves nothing', () => {
    const pair = generateKeyPair();
    assert.ok(!isSignedBy(withType(pair.publicKey), Buffer.from('x'), Buffer.alloc(64)));
    assert.ok(!isSignedBy(pair.publicKey, Buffer.from('x'), Buffer.alloc(63)));
  });

  it('both sides agree on one secret, and the same private bytes give the same pair', () => {
    const [one, two] = [generateKeyPair(), generateKeyPair()];
    assert.deepEqual(agree(one.privateKey, two.publicKey), agree(two.privateKey, one.publicKey));
    assert.deepEqual(keyPairOf(one.privateKey).publicKey, one.publicKey);
  });
});
