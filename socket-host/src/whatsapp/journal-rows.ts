/**
 * The inbound journal's rows: what one is, and how a message is rebuilt from those of its stanza. Pure.
 *
 * A row holds the plaintext of one ciphertext and the attributes of the stanza it came in. That is all the library makes a message of,
 * so a message is rebuilt by the library's own reading of stanzas and goes on through `from-wire` like any other. Nothing else the
 * library does with a message is repeated. A call has no ciphertext: its stanza says all there is.
 */
import { createHash } from 'node:crypto';
import {
  cleanMessage,
  decodeMessageNode,
  NO_MESSAGE_FOUND_ERROR_TEXT,
  proto,
  unpadRandomMax16,
  type BinaryNode,
  type WAMessage,
  type WAMessageKey,
} from '@whiskeysockets/baileys';
import { z } from 'zod';

/** The type of the session rows the journal is made of. */
export const JOURNAL_TYPE = 'inbound';
/** Marks what stands in for the ciphertext of a message that came with none (`without-content.ts`). */
export const STAND_IN = 'stand-in';
/** Marks a call (`calls.ts`), of which there is nothing to decrypt: what the library says became of it. */
export const CALL = 'call';

const rowSchema = z.object({
  /** Counts the rows of an account: the order the messages came in. */
  order: z.int().nonnegative(),
  /** Of the stanza: id, from, participant, t, notify, the other spelling of the sender, and whatever else it had. */
  stanza: z.record(z.string(), z.string()),
  /** Of the ciphertext's element: how it was encrypted, and whether it is a repetition. */
  enc: z.record(z.string(), z.string()),
  /** As it was decrypted, padding included, base64. */
  plain: z.string(),
});
export type JournalRow = z.infer<typeof rowSchema>;
/** Of a call; the id of its stanza is that of the call. */
export type CallRow = Omit<JournalRow, 'order'>;

/** The account's own addresses; from whom a stanza is depends on them. */
export interface OwnJids {
  readonly id: string;
  readonly lid: string;
}

/** A ciphertext is used once, so its hash names what it says. */
export function journalIdOf(ciphertext: Uint8Array): string {
  return createHash('sha256').update(ciphertext).digest('base64url');
}

/** `null` for a row of a shape that is not known here. */
export function decodeJournalRow(text: string): JournalRow | null {
  try {
    return rowSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function plainOf(row: JournalRow): Uint8Array {
  return Buffer.from(row.plain, 'base64');
}

/** What names a message within its account: the same for a stanza and for the message the library makes of it. */
export function messageKeyOf({ remoteJid, participant, id }: WAMessageKey): string {
  return [remoteJid, participant, id].map((part) => part ?? '').join(' ');
}

/** The message a stanza carries, without what is encrypted; `null` for a stanza the library refuses. */
function envelopeOf(attrs: BinaryNode['attrs'], own: OwnJids): WAMessage | null {
  try {
    const { fullMessage } = decodeMessageNode({ tag: 'message', attrs }, own.id, own.lid);
    cleanMessage(fullMessage, own.id, own.lid);
    return fullMessage;
  } catch {
    return null;
  }
}

export function stanzaKeyOf(attrs: BinaryNode['attrs'], own: OwnJids): string | null {
  const envelope = envelopeOf(attrs, own);
  return envelope && messageKeyOf(envelope.key);
}

/** The message the library makes of a call that was missed, or offered to a group; `null` for a row of anything else. */
export function messageOfCall({ stanza, enc }: CallRow): WAMessage | null {
  const { from, id, t } = stanza;
  const status = enc[CALL];
  if (status === undefined || from === undefined || id === undefined) return null;
  return {
    key: { remoteJid: from, id, fromMe: false },
    messageTimestamp: Number(t),
    // Whether it was a video call the library knows from the offer, and nobody else asks.
    ...(status === 'timeout'
      ? { messageStubType: proto.WebMessageInfo.StubType.CALL_MISSED_VOICE }
      : { message: { call: { callKey: Buffer.from(id) } } }),
  };
}

/** What names the message of a row within its account; `null` when it cannot be read. */
export function rowKeyOf(row: JournalRow, own: OwnJids): string | null {
  const call = messageOfCall(row);
  return call ? messageKeyOf(call.key) : stanzaKeyOf(row.stanza, own);
}

/** Rebuilds the message of one stanza from the rows of its ciphertexts, in their order; `null` when they cannot be read. */
export function rebuildMessage(rows: readonly JournalRow[], own: OwnJids): WAMessage | null {
  const [first] = rows;
  if (!first) return null;
  if (CALL in first.enc) return messageOfCall(first);
  try {
    const { fullMessage } = decodeMessageNode({ tag: 'message', attrs: first.stanza }, own.id, own.lid);
    fullMessage.retryCount = Number(first.enc['count'] ?? 0);
    const content: proto.IMessage = {};
    for (const row of rows) {
      const message = proto.Message.decode(unpadRandomMax16(plainOf(row)));
      Object.assign(content, message.deviceSentMessage?.message ?? message);
    }
    if (STAND_IN in first.enc && Object.keys(content).length === 0) {
      fullMessage.messageStubType = proto.WebMessageInfo.StubType.CIPHERTEXT;
      fullMessage.messageStubParameters = [NO_MESSAGE_FOUND_ERROR_TEXT];
    } else fullMessage.message = content;
    cleanMessage(fullMessage, own.id, own.lid);
    return fullMessage;
  } catch {
    return null;
  }
}
