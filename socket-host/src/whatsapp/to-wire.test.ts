import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { contentOf } from './from-wire.ts';
import { decodeBuilt, MESSAGE_SECRET_BYTES, toWire } from './to-wire.ts';

const secret = randomBytes(MESSAGE_SECRET_BYTES);

describe('the wire form of a message', () => {
  it('of a text is read back as that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        assert.deepEqual(contentOf(decodeBuilt(toWire({ kind: 'text', text }, secret))), { kind: 'text', text });
      }),
    );
  });

  it('is the same bytes for the same message, so that a resend is no new message', () => {
    assert.deepEqual(toWire({ kind: 'text', text: 'a' }, secret), toWire({ kind: 'text', text: 'a' }, secret));
  });

  it('carries the secret it was given', () => {
    const built = decodeBuilt(toWire({ kind: 'text', text: 'a' }, secret));
    assert.deepEqual(Buffer.from(built.messageContextInfo?.messageSecret ?? []), secret);
  });

  it('throws on bytes that are no message', () => {
    assert.throws(() => decodeBuilt(Buffer.from('ffffffff', 'hex')));
  });
});
