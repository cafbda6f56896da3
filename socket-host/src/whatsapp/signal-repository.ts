/**
 * Wraps the library's Signal repository so that a ratchet is never used twice.
 *
 * - Everything that moves a ratchet runs under the mutex a send holds. Left alone, an encrypt that overlaps a decrypt of the same
 *   device writes into a transaction that is over, and the next message of that device is lost.
 * - A ratchet that encrypted is durable before the ciphertext is handed out. Left alone it is written after the message left, and
 *   a crash in between reuses a message key.
 */
import {
  DEFAULT_CONNECTION_CONFIG,
  type AuthenticationCreds,
  type SignalDataSet,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
  type SocketConfig,
} from '@whiskeysockets/baileys';

function hasTransactions(keys: SignalKeyStore): keys is SignalKeyStoreWithTransaction {
  return 'transaction' in keys;
}

/** What one encryption changes and its message depends on. */
function ratchetsOf({ session, 'sender-key': senderKey }: SignalDataSet): SignalDataSet | null {
  if (!session && !senderKey) return null;
  return { ...(session && { session }), ...(senderKey && { 'sender-key': senderKey }) };
}

/**
 * @param creds the live credentials: they name the mutex that the library's own sends use.
 * @param durable the store beneath the library's transactions.
 */
export function guardedRepository(
  creds: AuthenticationCreds,
  durable: SignalKeyStore,
): SocketConfig['makeSignalRepository'] {
  return (auth, logger, pnToLid) => {
    const { keys } = auth;
    if (!hasTransactions(keys)) throw new Error('the library gave its repository a store without transactions');
    // Encrypts and decrypts exclude each other by the mutex, so this counts encrypts only. It cannot be told by async context:
    // libsignal's queue runs a job in the context of whoever queued first.
    let encrypting = 0;
    const writes = new Set<Promise<void>>();
    const writeThrough = (changes: SignalDataSet): void => {
      const ratchets = encrypting > 0 ? ratchetsOf(changes) : null;
      if (!ratchets) return;
      const write = Promise.resolve(durable.set(ratchets));
      writes.add(write);
      write.then(
        () => writes.delete(write),
        () => writes.delete(write),
      );
    };
    const observed: SignalKeyStoreWithTransaction = {
      ...keys,
      set: (changes) => {
        writeThrough(changes);
        return keys.set(changes);
      },
    };
    const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ ...auth, keys: observed }, logger, pnToLid);
    const alone =
      <A extends unknown[], R>(work: (...input: A) => Promise<R>) =>
      (...input: A): Promise<R> =>
        keys.transaction(() => work(...input), creds.me?.id ?? 'unlinked');
    const durably = <A extends unknown[], R>(work: (...input: A) => Promise<R>) =>
      alone(async (...input: A) => {
        encrypting += 1;
        try {
          const result = await work(...input);
          await Promise.all(writes);
          return result;
        } finally {
          encrypting -= 1;
        }
      });
    return {
      ...repository,
      encryptMessage: durably(repository.encryptMessage.bind(repository)),
      encryptGroupMessage: durably(repository.encryptGroupMessage.bind(repository)),
      decryptMessage: alone(repository.decryptMessage.bind(repository)),
      decryptGroupMessage: alone(repository.decryptGroupMessage.bind(repository)),
      processSenderKeyDistributionMessage: alone(repository.processSenderKeyDistributionMessage.bind(repository)),
      injectE2ESession: alone(repository.injectE2ESession.bind(repository)),
      migrateSession: alone(repository.migrateSession.bind(repository)),
      deleteSession: alone(repository.deleteSession.bind(repository)),
    };
  };
}
