import assert from 'node:assert/strict';
import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { generateKeyPair, sign } from './curve.ts';
import { encodeDistribution, encodeUnsigned } from './sender-key-format.ts';
import { OwnSenderKey, PeerSenderKeys, type GroupDecryption } from './sender-key.ts';

const bytes = (text: string) => Buffer.from(text);

function reasonOf(outcome: GroupDecryption): string {
  return outcome.ok ? 'ok' : outcome.reason;
}

function textOf(outcome: GroupDecryption): string {
  assert.ok(outcome.ok, reasonOf(outcome));
  return outcome.plaintext.toString();
}

function member(sender: OwnSenderKey): PeerSenderKeys {
  const keys = new PeerSenderKeys();
  assert.equal(keys.process(sender.distribution()), true);
  return keys;
}

/** A chain written out from Signal's definition, so that any message of it can be made without all before it. */
function writtenByHand() {
  const signing = generateKeyPair();
  const first = randomBytes(32);
  const derive = (key: Buffer, label: number) => createHmac('sha256', key).update(Buffer.of(label)).digest();
  const distribution = encodeDistribution({ id: 7, iteration: 0, chainKey: first, signingKey: signing.publicKey });
  return {
    member(): PeerSenderKeys {
      const keys = new PeerSenderKeys();
      keys.process(distribution);
      return keys;
    },
    message(iteration: number, text: string): Buffer {
      let chainKey = first;
      for (let n = 0; n < iteration; n += 1) chainKey = derive(chainKey, 2);
      const secrets = Buffer.from(hkdfSync('sha256', derive(chainKey, 1), Buffer.alloc(32), 'WhisperGroup', 48));
      const cipher = createCipheriv('aes-256-cbc', secrets.subarray(16), secrets.subarray(0, 16));
      const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
      const unsigned = encodeUnsigned({ id: 7, iteration, ciphertext });
      return Buffer.concat([unsigned, sign(signing.privateKey, unsigned)]);
    },
  };
}

describe('sender key', () => {
  it('lets every member with the distribution read the same ciphertext', () => {
    const sender = new OwnSenderKey();
    const members = [member(sender), member(sender)];
    const ciphertext = sender.encrypt(bytes('hello'));
    assert.deepEqual(
      members.map((keys) => textOf(keys.decrypt(ciphertext))),
      ['hello', 'hello'],
    );
  });

  it('reads every message once, in whatever order they arrive', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(8).keys()]), (order) => {
        const sender = new OwnSenderKey();
        const keys = member(sender);
        const sent = [...Array(8).keys()].map((n) => sender.encrypt(bytes(String(n))));
        for (const n of order) assert.equal(textOf(keys.decrypt(sent[n] ?? Buffer.alloc(0))), String(n));
        for (const n of order) assert.equal(reasonOf(keys.decrypt(sent[n] ?? Buffer.alloc(0))), 'key_already_used');
      }),
      { numRuns: 4 },
    );
  });

  it('cannot read what was sent before it joined', () => {
    const sender = new OwnSenderKey();
    const before = sender.encrypt(bytes('before'));
    const keys = member(sender);
    assert.equal(reasonOf(keys.decrypt(before)), 'key_already_used');
    assert.equal(textOf(keys.decrypt(sender.encrypt(bytes('after')))), 'after');
  });

  it('does not let a repeated distribution make used keys usable again', () => {
    const sender = new OwnSenderKey();
    const distribution = sender.distribution();
    const keys = new PeerSenderKeys();
    keys.process(distribution);
    const ciphertext = sender.encrypt(bytes('once'));
    assert.equal(textOf(keys.decrypt(ciphertext)), 'once');
    keys.process(distribution);
    assert.equal(reasonOf(keys.decrypt(ciphertext)), 'key_already_used');
  });

  it('still reads the old chain for a while after its sender started a new one, and forgets chains beyond five', () => {
    const senders = Array.from({ length: 6 }, () => new OwnSenderKey());
    const keys = new PeerSenderKeys();
    for (const sender of senders) keys.process(sender.distribution());
    const outcomes = senders.map((sender) => reasonOf(keys.decrypt(sender.encrypt(bytes('x')))));
    assert.deepEqual(outcomes, ['no_sender_key', 'ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('refuses a changed message and stays able to read the true one', () => {
    const sender = new OwnSenderKey();
    const keys = member(sender);
    const ciphertext = sender.encrypt(bytes('true'));
    const forged = Buffer.from(ciphertext);
    forged[20] = (forged[20] ?? 0) ^ 1;
    assert.equal(reasonOf(keys.decrypt(forged)), 'bad_signature');
    assert.equal(textOf(keys.decrypt(ciphertext)), 'true');
  });

  it('asks for the sender key when it has none', () => {
    const ciphertext = new OwnSenderKey().encrypt(bytes('x'));
    assert.equal(reasonOf(new PeerSenderKeys().decrypt(ciphertext)), 'no_sender_key');
  });

  it('reads 2,000 messages ahead and not one more', () => {
    const chain = writtenByHand();
    assert.equal(textOf(chain.member().decrypt(chain.message(2000, 'near'))), 'near');
    assert.equal(reasonOf(chain.member().decrypt(chain.message(2001, 'far'))), 'too_far_ahead');
  });

  it('refuses bytes that are no message or no distribution, without throwing', () => {
    const keys = member(new OwnSenderKey());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        assert.equal(keys.decrypt(noise).ok, false);
        assert.equal(new PeerSenderKeys().process(noise), false);
      }),
    );
  });
});
