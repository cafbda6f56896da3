import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { localKek } from './kek.ts';
import { open, seal } from './seal.ts';

describe('sealing', () => {
  const key = randomBytes(32);

  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (plain, context) => {
        assert.deepEqual(Buffer.from(open(key, seal(key, plain, context), context)), Buffer.from(plain));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses another key, another context and changed bytes', () => {
    const sealed = seal(key, Buffer.from('creds'), 'account-a|creds');
    assert.throws(() => open(randomBytes(32), sealed, 'account-a|creds'));
    assert.throws(() => open(key, sealed, 'account-b|creds'));
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    assert.throws(() => open(key, changed, 'account-a|creds'));
    assert.throws(() => open(key, sealed.subarray(0, 10), 'account-a|creds'), /not a sealed value/);
  });
});

describe('the local key-encryption key', () => {
  it('opens what a former key wrapped, and wraps with the new one', async () => {
    const [first, second, dataKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    const before = localKek(first);
    const after = localKek(second, [first]);
    const wrapped = await before.wrap(dataKey, 'account');
    assert.deepEqual(Buffer.from(await after.unwrap(wrapped, before.kid, 'account')), dataKey);
    await assert.rejects(localKek(second).unwrap(wrapped, before.kid, 'account'), /encrypted with the key local:/);
    await assert.rejects(after.unwrap(wrapped, before.kid, 'another account'));
    assert.notEqual(before.kid, after.kid);
  });
});
