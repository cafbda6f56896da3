/**
 * Makes a failed decryption leave no trace, by being imported. libsignal tries a message on one session after the other, and each try
 * moves that session's ratchet before it knows whether the message belongs to it. If a later one fits, all of them are stored. So a
 * message on an old session (on its way while a new one was started) broke the new one: what was sent on it next nobody could read.
 */
import { createRequire } from 'node:module';

/** One session of libsignal, as far as it takes to put it back. */
interface Entry {
  serialize(): object;
}

interface EntryClass {
  deserialize(serialized: object): Entry;
}

type Decrypt = (this: unknown, message: Uint8Array, session: Entry | undefined) => Promise<Uint8Array>;

const fromBaileys = createRequire(import.meta.resolve('@whiskeysockets/baileys'));
const { prototype } = fromBaileys('libsignal/src/session_cipher.js') as {
  readonly prototype: { doDecryptWhisperMessage: Decrypt };
};
const decrypt = prototype.doDecryptWhisperMessage;

function putBack(session: Entry, serialized: object): void {
  // Every entry is made by the class that can read it again.
  const before = (session.constructor as unknown as EntryClass).deserialize(serialized);
  // A session that was half-way through a try may have fields that it did not have before.
  for (const field of Object.keys(session)) Reflect.deleteProperty(session, field);
  Object.assign(session, before);
}

prototype.doDecryptWhisperMessage = async function decryptOrPutBack(message, session) {
  const before = session?.serialize();
  try {
    return await decrypt.call(this, message, session);
  } catch (error) {
    if (session && before) putBack(session, before);
    throw error;
  }
};
