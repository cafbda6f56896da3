/**
 * A new pre-key is durable before anybody is told of it. The library names one in a retry receipt from within a transaction, which is
 * written when the receipt has left: the sender would use a key that a process which died in between does not have any more.
 */
import type { SignalDataSet, SignalKeyStore, SignalKeyStoreWithTransaction } from '@whiskeysockets/baileys';

/** The pre-keys that are new. One that was used goes with the session it made, not sooner. */
function newPreKeys({ 'pre-key': byId = {} }: SignalDataSet): SignalDataSet | null {
  const made = Object.entries(byId).filter(([, pair]) => pair !== null);
  return made.length > 0 ? { 'pre-key': Object.fromEntries(made) } : null;
}

/**
 * @param keys the library's own store, whose `set` is replaced: it is the only way into its receipts.
 * @param durable the store beneath its transactions.
 */
export function writePreKeysFirst(keys: SignalKeyStoreWithTransaction, durable: SignalKeyStore): void {
  const set = keys.set.bind(keys);
  keys.set = async (changes) => {
    const made = keys.isInTransaction() ? newPreKeys(changes) : null;
    if (made) await durable.set(made);
    await set(changes);
  };
}
