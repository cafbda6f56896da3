/**
 * libsignal tries a message on one session after the other, and each try moves that session's ratchet before it knows whether the
 * message belongs to it; if a later one fits, all are stored. A phone's own library changes nothing by a failed try: so do these.
 */
import { SessionCipher } from 'libsignal';

interface Entry {
  serialize(): object;
}

interface EntryClass {
  deserialize(serialized: object): Entry;
}

type Decrypt = (this: unknown, message: Uint8Array, session: Entry | undefined) => Promise<Uint8Array>;

let isDone = false;

function putBack(session: Entry, serialized: object): void {
  // Every entry is made by the class that can read it again.
  const before = (session.constructor as unknown as EntryClass).deserialize(serialized);
  for (const field of Object.keys(session)) Reflect.deleteProperty(session, field);
  Object.assign(session, before);
}

/** Idempotent. */
export function undoFailedTries(): void {
  if (isDone) return;
  isDone = true;
  // Not in the library's typings: what tries one message on one session.
  const prototype = SessionCipher.prototype as unknown as { doDecryptWhisperMessage: Decrypt };
  const decrypt = prototype.doDecryptWhisperMessage;
  prototype.doDecryptWhisperMessage = async function decryptOrPutBack(message, session) {
    const before = session?.serialize();
    try {
      return await decrypt.call(this, message, session);
    } catch (error) {
      if (session && before) putBack(session, before);
      throw error;
    }
  };
}
