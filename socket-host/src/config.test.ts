import assert from 'node:assert/strict';
import { ConfigError, readConfig } from './config.ts';

const GOOD = { GOOGLE_CLOUD_PROJECT: 'demo-switchboard', SESSION_KEK: 'ab'.repeat(32) };

describe('the settings of the host', () => {
  it('need no more than a project and a key-encryption key', () => {
    const config = readConfig(GOOD);
    assert.equal(config.whatsapp.url, 'wss://web.whatsapp.com/ws/chat');
    assert.equal(config.port, 8080);
    assert.equal(config.capacity, 100);
  });

  it('list every fault at once, by name', () => {
    assert.throws(
      () => readConfig({ PORT: 'no', HOST_CAPACITY: '0', SESSION_KEK: 'short' }),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        for (const name of ['PORT', 'HOST_CAPACITY', 'SESSION_KEK', 'GOOGLE_CLOUD_PROJECT']) {
          assert.match(error.message, new RegExp(`^  ${name}: `, 'm'));
        }
        return true;
      },
    );
  });

  it('refuse another network’s trust root in production', () => {
    const environment = { ...GOOD, NODE_ENV: 'production', WHATSAPP_NOISE_ROOT: 'cd'.repeat(32) };
    assert.throws(() => readConfig(environment), /WHATSAPP_NOISE_ROOT: must not be set in production/);
  });

  it('give two processes of one name two host ids', () => {
    const named = { ...GOOD, HOST_ID: 'host' };
    assert.notEqual(readConfig(named).hostId, readConfig(named).hostId);
  });

  it('need one key-encryption key: in the process or in Cloud KMS, not both', () => {
    const { SESSION_KEK: key, ...rest } = GOOD;
    const keyName = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
    assert.deepEqual(readConfig({ ...rest, KMS_KEY_NAME: keyName }).kek, { kind: 'kms', keyName });
    assert.deepEqual(readConfig(GOOD).kek, { kind: 'local', key, formerKey: null });
    for (const keys of [{}, { SESSION_KEK: key, KMS_KEY_NAME: keyName }]) {
      assert.throws(() => readConfig({ ...rest, ...keys, PORT: 'no' }), /PORT[^]*SESSION_KEK: exactly one of/);
    }
    assert.throws(() => readConfig({ ...rest, KMS_KEY_NAME: 'k' }), /KMS_KEY_NAME: must be the full name/);
  });

  it('take a former key-encryption key beside one of its kind only', () => {
    const { SESSION_KEK: key, ...rest } = GOOD;
    const SESSION_KEK_FORMER = 'cd'.repeat(32);
    const kek = { kind: 'local', key, formerKey: SESSION_KEK_FORMER };
    assert.deepEqual(readConfig({ ...GOOD, SESSION_KEK_FORMER }).kek, kek);
    const moved = { ...rest, SESSION_KEK_FORMER, KMS_KEY_NAME: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' };
    assert.throws(() => readConfig(moved), /^ {2}SESSION_KEK_FORMER: opens nothing beside KMS_KEY_NAME/m);
  });
});
