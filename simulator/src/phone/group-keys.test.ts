import assert from 'node:assert/strict';
import { Device, Person } from '../server/device.ts';
import { generateKeyPair } from '../wire/curve.ts';
import { OwnSenderKey } from '../wire/sender-key.ts';
import { distributionMessage, GroupKeys } from './group-keys.ts';

const GROUP = '120363000000000001@g.us';

function device(digits: string): Device {
  const keys = {
    identity: generateKeyPair().publicKey,
    takeBundle: () => {
      throw new Error('no session is started here');
    },
  };
  return new Device(new Person(digits, `1${digits}`, digits), 0, keys, null);
}

describe('the sender keys of a phone', () => {
  const [ana, mihai] = [device('40700000002'), device('40700000003')];

  it('are given to each device once', () => {
    const keys = new GroupKeys();
    assert.deepEqual(keys.forSending(GROUP, [ana]).lacking, [ana]);
    assert.deepEqual(keys.forSending(GROUP, [ana]).lacking, []);
    assert.deepEqual(keys.forSending(GROUP, [ana, mihai]).lacking, [mihai]);
  });

  it('begin anew when someone who holds them left, and everyone who stays gets the new one', () => {
    const keys = new GroupKeys();
    const before = keys.forSending(GROUP, [ana, mihai]).key;
    const { key, lacking } = keys.forSending(GROUP, [ana]);
    assert.notEqual(key, before);
    assert.deepEqual(lacking, [ana]);
  });

  it('differ from group to group', () => {
    const keys = new GroupKeys();
    const other = '120363000000000002@g.us';
    assert.notEqual(keys.forSending(GROUP, [ana]).key, keys.forSending(other, [ana]).key);
  });

  it('open messages of the sender who gave them, in that group only', () => {
    const keys = new GroupKeys();
    const sender = new OwnSenderKey();
    keys.learn(GROUP, ana, sender.distribution());
    const ciphertext = sender.encrypt(Buffer.from('hello'));
    assert.equal(keys.decrypt(GROUP, mihai, ciphertext).ok, false);
    assert.equal(keys.decrypt('120363000000000002@g.us', ana, ciphertext).ok, false);
    const outcome = keys.decrypt(GROUP, ana, ciphertext);
    assert.equal(outcome.ok ? outcome.plaintext.toString() : outcome.reason, 'hello');
  });

  it('travel with a message that is sent again, once there is a key', () => {
    const keys = new GroupKeys();
    const message = { conversation: 'hello' };
    assert.deepEqual(keys.addTo(message, GROUP), message);
    const { key } = keys.forSending(GROUP, [ana]);
    assert.deepEqual(keys.addTo(message, GROUP), { ...message, ...distributionMessage(GROUP, key.distribution()) });
  });
});
