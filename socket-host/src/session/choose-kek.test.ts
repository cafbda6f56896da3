import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chooseKek, type KekSetting } from './choose-kek.ts';

const hexKey = () => randomBytes(32).toString('hex');
const local = (key: string, formerKey: string | null = null): KekSetting => ({ kind: 'local', key, formerKey });

describe('the key-encryption key that is chosen', () => {
  const dataKey = randomBytes(32);

  it('is the one of the setting, the same for all hosts that have it', async () => {
    const key = hexKey();
    const [here, there, other] = [chooseKek(local(key)), chooseKek(local(key)), chooseKek(local(hexKey()))];
    assert.equal(here.kid, there.kid);
    assert.notEqual(here.kid, other.kid);
    const wrapped = await here.wrap(dataKey, 'account');
    assert.deepEqual(Buffer.from(await there.unwrap(wrapped, here.kid, 'account')), dataKey);
  });

  it('opens what the former one wrapped, and wraps with the new one alone', async () => {
    const [key, formerKey] = [hexKey(), hexKey()];
    const before = chooseKek(local(formerKey));
    const both = chooseKek(local(key, formerKey));
    const wrapped = await before.wrap(dataKey, 'account');
    assert.deepEqual(Buffer.from(await both.unwrap(wrapped, before.kid, 'account')), dataKey);
    const after = chooseKek(local(key));
    assert.equal(both.kid, after.kid);
    const again = await both.wrap(dataKey, 'account');
    assert.deepEqual(Buffer.from(await after.unwrap(again, after.kid, 'account')), dataKey);
    await assert.rejects(before.unwrap(again, before.kid, 'account'));
  });

  it('of Cloud KMS goes by its name there', () => {
    const keyName = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
    assert.equal(chooseKek({ kind: 'kms', keyName }).kid, `kms:${keyName}`);
  });
});
