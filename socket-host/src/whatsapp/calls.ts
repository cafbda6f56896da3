/**
 * Calls that leave a message in a thread: those nobody took, and those of groups. The library tells WhatsApp that we have a call before
 * anybody else knows of it, and makes the message afterwards. Before either, and in the call's turn among the messages, it looks up the
 * call's offer: here that answer waits until the journal has the message, so that no crash in between loses it.
 */
import {
  getAllBinaryNodeChildren,
  getCallStatusFromNode,
  type BinaryNode,
  type CacheStore,
  type WASocket,
} from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';
import { bounded } from '../bounded.ts';
import { fromWire } from './from-wire.ts';
import type { InboundJournal } from './journal.ts';
import { CALL, messageOfCall, type CallRow } from './journal-rows.ts';

/** Calls that ring at the same time. */
const MAX_OFFERS = 500;

/** What the journal keeps of a call. @returns `null` for one that leaves no message. Source: the library's messages-recv.js. */
export function callRowOf(node: BinaryNode): CallRow | null {
  const [call] = getAllBinaryNodeChildren(node);
  const id = call?.attrs['call-id'];
  if (!call || !id) return null;
  const status = getCallStatusFromNode(call);
  const isOfGroup = call.attrs['type'] === 'group' || Boolean(call.attrs['group-jid']);
  if (status !== 'timeout' && !(status === 'offer' && isOfGroup)) return null;
  const row: CallRow = { stanza: { ...node.attrs, id }, enc: { [CALL]: status }, plain: '' };
  const message = messageOfCall(row);
  return message && fromWire(message, 'live', () => null) ? row : null;
}

export class Calls {
  readonly #journal: Pick<InboundJournal, 'keepCall'>;
  readonly #offers = new LRUCache<string, object>(bounded(MAX_OFFERS));
  /** By the call's id; the library has them, and has not come to them yet. */
  readonly #arrived = new Map<string, CallRow[]>();

  constructor(journal: Pick<InboundJournal, 'keepCall'>) {
    this.#journal = journal;
  }

  /** To be called before the connection opens. */
  watch(ws: WASocket['ws']): void {
    ws.prependListener('CB:call', (node: BinaryNode) => {
      const row = callRowOf(node);
      const id = row?.stanza['id'];
      if (row && id !== undefined) this.#arrived.set(id, [...(this.#arrived.get(id) ?? []), row]);
    });
  }

  /** The library's memory of what was offered. It catches what this throws: of a call without an id it could make nothing. */
  readonly offers: CacheStore = {
    get: async (id) => {
      if (!id) throw new Error('a call without an id');
      const rows = this.#arrived.get(id) ?? [];
      this.#arrived.delete(id);
      for (const row of rows) await this.#journal.keepCall(row);
      // The library lets the caller of `get` name the type of a value. It only reads what it wrote itself under that id.
      return this.#offers.get(id) as never;
    },
    set: (id, offer) => {
      if (id && typeof offer === 'object' && offer !== null) this.#offers.set(id, offer);
    },
    del: (id) => {
      this.#offers.delete(id);
    },
    flushAll: () => {
      this.#offers.clear();
    },
  };
}
