/**
 * Wraps the library's Signal repository so that a ratchet is never used twice.
 *
 * - Everything that moves a ratchet runs under the mutex a send holds. Left alone, an encrypt that overlaps a decrypt of the same
 *   device writes into a transaction that is over, and the next message of that device is lost.
 * - A ratchet that encrypted is durable before the ciphertext is handed out. Left alone it is written after the message left, and
 *   a crash in between reuses a message key.
 * - What a ratchet decrypted is journalled in the commit that moves it, and what the journal has is not decrypted again.
 * - A new pre-key is durable before a receipt can name it (`durable-pre-keys.ts`).
 */
import {
  DEFAULT_CONNECTION_CONFIG,
  type AuthenticationCreds,
  type SignalDataSet,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
  type SocketConfig,
} from '@whiskeysockets/baileys';
import type { Logger } from '../telemetry/logger.ts';
import { writePreKeysFirst } from './durable-pre-keys.ts';
import type { InboundJournal } from './journal.ts';
import { sessionsNotDeleted } from './log-events.ts';
import { standInFor } from './without-content.ts';

function hasTransactions(keys: SignalKeyStore): keys is SignalKeyStoreWithTransaction {
  return 'transaction' in keys;
}

/** What one encryption changes and its message depends on. */
function ratchetsOf({ session, 'sender-key': senderKey }: SignalDataSet): SignalDataSet | null {
  if (!session && !senderKey) return null;
  return { ...(session && { session }), ...(senderKey && { 'sender-key': senderKey }) };
}

/** Writes the ratchets that an encryption moves past the library's transaction, which would write them too late. */
class RatchetWrites {
  readonly #durable: SignalKeyStore;
  /**
   * Encrypts and decrypts exclude each other by the mutex, so this counts encrypts only. It cannot be told by async context:
   * libsignal may start a session in the context of whoever queued first; only its ciphers are cured of that (`own-context.ts`).
   */
  #encrypting = 0;
  /** Under way, or failed: what is encrypted meanwhile hears of it however soon that was. */
  readonly #writes = new Set<Promise<void>>();

  constructor(durable: SignalKeyStore) {
    this.#durable = durable;
  }

  note(changes: SignalDataSet): void {
    const ratchets = this.#encrypting > 0 ? ratchetsOf(changes) : null;
    if (!ratchets) return;
    const write = Promise.resolve(this.#durable.set(ratchets));
    this.#writes.add(write);
    write.then(
      () => this.#writes.delete(write),
      () => undefined,
    );
  }

  /** Resolves once what an encryption moved is durable. */
  async during<R>(encrypt: () => Promise<R>): Promise<R> {
    this.#encrypting += 1;
    try {
      const result = await encrypt();
      await Promise.all(this.#writes);
      return result;
    } finally {
      this.#encrypting -= 1;
      if (this.#encrypting === 0) this.#writes.clear();
    }
  }
}

/**
 * A deletion that is not waited for: the library asks for it with its device lists locked, and a send that holds the ratchets may
 * be waiting for these. The devices leave the lists at once; a send that goes on with an old session might have come earlier.
 */
function onlyBegun(deletion: (jids: string[]) => Promise<void>, logger: Logger): (jids: string[]) => Promise<void> {
  return (jids) => {
    deletion(jids).catch((error: unknown) => {
      sessionsNotDeleted(logger, error);
    });
    return Promise.resolve();
  };
}

/**
 * @param creds the live credentials: they name the mutex that the library's own sends use.
 * @param durable the store beneath the library's transactions.
 * @param journal of the session that store writes to.
 */
export function guardedRepository(
  creds: AuthenticationCreds,
  durable: SignalKeyStore,
  journal: InboundJournal,
  logger: Logger,
): SocketConfig['makeSignalRepository'] {
  return (auth, log, pnToLid) => {
    const { keys } = auth;
    if (!hasTransactions(keys)) throw new Error('the library gave its repository a store without transactions');
    writePreKeysFirst(keys, durable);
    const ratchets = new RatchetWrites(durable);
    const observed: SignalKeyStoreWithTransaction = {
      ...keys,
      set: (changes) => {
        ratchets.note(changes);
        return keys.set(changes);
      },
    };
    const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ ...auth, keys: observed }, log, pnToLid);
    const alone =
      <A extends unknown[], R>(work: (...input: A) => Promise<R>) =>
      (...input: A): Promise<R> =>
        keys.transaction(() => work(...input), creds.me?.id ?? 'unlinked');
    const durably = <A extends unknown[], R>(work: (...input: A) => Promise<R>) =>
      alone((...input: A) => ratchets.during(() => work(...input)));
    const journalled = async (ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>): Promise<Uint8Array> => {
      const known = await journal.plaintextOf(ciphertext);
      if (known) return known;
      await journal.room();
      const decrypted = alone(async () => {
        const plain = await decrypt();
        await keys.set(journal.changesFor(ciphertext, plain));
        return plain;
      });
      const plain = await decrypted();
      journal.remember(ciphertext, plain);
      return plain;
    };
    return {
      ...repository,
      encryptMessage: durably(repository.encryptMessage.bind(repository)),
      encryptGroupMessage: durably(repository.encryptGroupMessage.bind(repository)),
      decryptMessage: async (input) => {
        const standIn = standInFor(input.ciphertext);
        if (!standIn) return journalled(input.ciphertext, () => repository.decryptMessage(input));
        await journalled(input.ciphertext, () => Promise.resolve(standIn.plain));
        return standIn.read();
      },
      decryptGroupMessage: (input) => journalled(input.msg, () => repository.decryptGroupMessage(input)),
      processSenderKeyDistributionMessage: alone(repository.processSenderKeyDistributionMessage.bind(repository)),
      injectE2ESession: alone(repository.injectE2ESession.bind(repository)),
      migrateSession: alone(repository.migrateSession.bind(repository)),
      deleteSession: onlyBegun(alone(repository.deleteSession.bind(repository)), logger),
    };
  };
}
