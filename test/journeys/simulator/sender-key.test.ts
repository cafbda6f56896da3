/** The simulator's group cipher against the one Baileys carries: what one writes, the other reads. */
import assert from 'node:assert/strict';
import { BufferJSON } from '@whiskeysockets/baileys';
import {
  GroupCipher,
  GroupSessionBuilder,
  SenderKeyDistributionMessage,
} from '@whiskeysockets/baileys/lib/Signal/Group/index.js';
import { SenderKeyName } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-name.js';
import { SenderKeyRecord } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-record.js';
import { OwnSenderKey, PeerSenderKeys } from '../../../simulator/src/wire/sender-key.ts';

const NAME = new SenderKeyName('120363000000000001@g.us', {
  id: '100001_1',
  deviceId: 0,
  toString: () => '100001_1.0',
});

/**
 * Baileys keeps its records serialised between calls, so the store here does too. Unlike Baileys' own store it
 * serialises byte arrays with `BufferJSON`: without it rc14 cannot use the keys it kept for late messages.
 */
class RecordStore {
  #stored: Buffer | null = null;

  loadSenderKey(): Promise<SenderKeyRecord> {
    return Promise.resolve(this.#stored === null ? new SenderKeyRecord() : SenderKeyRecord.deserialize(this.#stored));
  }

  storeSenderKey(_name: SenderKeyName, record: SenderKeyRecord): Promise<void> {
    this.#stored = Buffer.from(JSON.stringify(record.serialize(), BufferJSON.replacer));
    return Promise.resolve();
  }
}

describe('the group cipher of simulated phones and of Baileys', () => {
  it('reads what Baileys writes, with the keys Baileys passes over', async () => {
    const store = new RecordStore();
    const distribution = await new GroupSessionBuilder(store).create(NAME);
    const cipher = new GroupCipher(store, NAME);
    const phone = new PeerSenderKeys();
    assert.equal(phone.process(distribution.serialize()), true);
    for (const text of ['first', 'second', 'third']) {
      const outcome = phone.decrypt(await cipher.encrypt(Buffer.from(text)));
      assert.deepEqual(outcome.ok ? outcome.plaintext.toString() : outcome.reason, text);
    }
  });

  it('joins a Baileys chain in the middle', async () => {
    const store = new RecordStore();
    await new GroupSessionBuilder(store).create(NAME);
    const cipher = new GroupCipher(store, NAME);
    await cipher.encrypt(Buffer.from('before'));
    const distribution = await new GroupSessionBuilder(store).create(NAME);
    const phone = new PeerSenderKeys();
    phone.process(distribution.serialize());
    const outcome = phone.decrypt(await cipher.encrypt(Buffer.from('after')));
    assert.deepEqual(outcome.ok ? outcome.plaintext.toString() : outcome.reason, 'after');
  });

  it('writes what Baileys reads, in order and out of order', async () => {
    const phone = new OwnSenderKey();
    const store = new RecordStore();
    const distribution = new SenderKeyDistributionMessage(null, null, null, null, phone.distribution());
    await new GroupSessionBuilder(store).process(NAME, distribution);
    const cipher = new GroupCipher(store, NAME);
    const sent = ['zero', 'one', 'two', 'three'].map((text) => phone.encrypt(Buffer.from(text)));
    const read: string[] = [];
    for (const n of [0, 3, 1, 2]) read.push((await cipher.decrypt(sent[n] ?? Buffer.alloc(0))).toString());
    assert.deepEqual(read, ['zero', 'three', 'one', 'two']);
  });
});
