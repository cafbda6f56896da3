/** Pre-keys on the library's own transactions. */
import assert from 'node:assert/strict';
import {
  addTransactionCapability,
  getNextPreKeys,
  initAuthCreds,
  type SignalDataSet,
  type SignalKeyStoreWithTransaction,
} from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { writePreKeysFirst } from './durable-pre-keys.ts';
import { libraryLogger } from './library-logger.ts';

const KEY_TYPE = 'pre-key';

describe('a pre-key', () => {
  let written: SignalDataSet[];
  let keys: SignalKeyStoreWithTransaction;

  /** Whether the last word of what was written on a pre-key is that it is there. */
  function isDurable(id: string): boolean {
    const last = written.findLast((changes) => id in (changes[KEY_TYPE] ?? {}));
    return Boolean(last?.[KEY_TYPE]?.[id]);
  }

  beforeEach(() => {
    written = [];
    const durable = {
      get: () => ({}),
      set: (changes: SignalDataSet) => void written.push(structuredClone(changes)),
    };
    const once = { maxCommitRetries: 1, delayBetweenTriesMs: 0 };
    keys = addTransactionCapability(durable, libraryLogger(pino({ level: 'silent' })), once);
    writePreKeysFirst(keys, durable);
  });

  it('is durable before the transaction that made it tells anybody of it', async () => {
    await keys.transaction(async () => {
      const { preKeys } = await getNextPreKeys({ creds: initAuthCreds(), keys }, 1);
      assert.deepEqual(Object.keys(preKeys).map(isDurable), [true]);
    }, 'receipt');
  });

  it('that was used goes with what its transaction writes, not before', async () => {
    const creds = initAuthCreds();
    await keys.transaction(() => getNextPreKeys({ creds, keys }, 1), 'receipt');
    await keys.transaction(async () => {
      await getNextPreKeys({ creds, keys }, 1);
      await keys.set({ [KEY_TYPE]: { 1: null } });
      assert.ok(isDurable('1'));
    }, 'decrypt');
    assert.ok(!isDurable('1'));
  });
});
