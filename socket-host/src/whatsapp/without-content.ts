/**
 * Messages that come with nothing to decrypt: what they say is on the account's own phone. The library tells WhatsApp that we have such a
 * message before anybody else knows of it, and of some it reports nothing at all. So each is given something to decrypt: that takes its
 * turn among the others and is journalled like what they say, and only then the library goes on, as it would have without.
 */
import {
  NO_MESSAGE_FOUND_ERROR_TEXT,
  PLACEHOLDER_MAX_AGE_SECONDS,
  proto,
  writeRandomPadMax16,
  type BinaryNode,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { Clock } from '../clock.ts';
import type { AuthState } from './auth-state.ts';
import { fromWire, sentAtSeconds } from './from-wire.ts';
import { messageKeyOf, rebuildMessage, STAND_IN, type JournalRow } from './journal-rows.ts';

const { MASK_LINKED_DEVICES } = proto.Message.PlaceholderMessage.PlaceholderType;

/** The phone is asked for what it says. */
const AWAITED: proto.IMessage = {};
const VIEW_ONCE: proto.IMessage = { viewOnceMessage: {} };
const ON_PHONE_ONLY: proto.IMessage = { placeholderMessage: { type: MASK_LINKED_DEVICES } };

/** Of these types of `<unavailable>` the library says nothing, and asks the phone for nothing. Source: its messages-recv.js. */
const UNREPORTED: ReadonlyMap<string, proto.IMessage> = new Map([
  ['view_once_unavailable_fanout', VIEW_ONCE],
  ['hosted_unavailable_fanout', ON_PHONE_ONLY],
  ['bot_unavailable_fanout', ON_PHONE_ONLY],
]);
/** Nor of messages as old as that: less than what it allows, since it looks at the clock later than we do. */
const MAX_AGE_SECONDS = PLACEHOLDER_MAX_AGE_SECONDS - 3_600;

/** What a message says that comes with nothing to decrypt. */
export interface StandIn {
  readonly plain: Uint8Array;
  /** To be called when the plaintext is durable. @throws what makes the library treat the message as one without content. */
  readonly read: () => Uint8Array;
}

const standIns = new WeakMap<Uint8Array, () => StandIn>();

/** @returns `null` for what a sender has encrypted. */
export function standInFor(ciphertext: Uint8Array): StandIn | null {
  return standIns.get(ciphertext)?.() ?? null;
}

/** Whether the library finds nothing to decrypt in it. */
function isWithoutContent({ content }: BinaryNode): boolean {
  const isReadable = ({ tag, content: bytes }: BinaryNode): boolean =>
    (tag === 'enc' || tag === 'plaintext') && bytes instanceof Uint8Array;
  return !Array.isArray(content) || !content.some(isReadable);
}

function padded(message: proto.IMessage): Uint8Array {
  return writeRandomPadMax16(proto.Message.encode(message).finish());
}

function rowOf(stanza: BinaryNode['attrs'], plain: Uint8Array): JournalRow {
  const attrs = { type: 'msg', [STAND_IN]: 'true' };
  return { order: 0, stanza, enc: attrs, plain: Buffer.from(plain).toString('base64') };
}

/** To be called before the connection opens. What a stanza lacks is in it when anybody else sees it. */
export function standInForContent(
  { ws, ev }: Pick<WASocket, 'ws' | 'ev'>,
  { creds }: Pick<AuthState, 'creds'>,
  clock: Pick<Clock, 'nowMs'>,
): void {
  ws.prependListener('CB:message', (node: BinaryNode) => {
    const { id, lid = '' } = creds.me ?? {};
    if (id === undefined || !isWithoutContent(node)) return;
    const own = { id, lid };
    const children = Array.isArray(node.content) ? node.content : [];
    const type = children.find(({ tag }) => tag === 'unavailable')?.attrs['type'] ?? '';
    const awaited = rebuildMessage([rowOf(node.attrs, padded(AWAITED))], own);
    // Others are no messages of a conversation.
    if (!awaited || !fromWire(awaited, 'live', () => null)) return;
    // The same when it comes again.
    const bytes = Buffer.from(`without content ${messageKeyOf(awaited.key)}`);
    node.content = [...children, { tag: 'enc', attrs: rowOf(node.attrs, bytes).enc, content: bytes }];
    standIns.set(bytes, () => {
      const isOld = clock.nowMs() / 1000 - sentAtSeconds(awaited) > MAX_AGE_SECONDS;
      const unreported = UNREPORTED.get(type) ?? (isOld ? ON_PHONE_ONLY : undefined);
      const plain = padded(type === 'view_once' ? VIEW_ONCE : (unreported ?? AWAITED));
      const read = (): Uint8Array => {
        // The library reports it itself, as one that can be viewed once.
        if (type === 'view_once') return plain;
        const message = unreported && rebuildMessage([rowOf(node.attrs, plain)], own);
        if (message) ev.emit('messages.upsert', { messages: [message], type: 'append' });
        throw new Error(NO_MESSAGE_FOUND_ERROR_TEXT);
      };
      return { plain, read };
    });
  });
}
