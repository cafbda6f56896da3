/**
 * The inbound journal: what was decrypted and is not known to be stored yet, kept with the session.
 *
 * A row is written in the commit that moves the ratchet, so a ciphertext that can never be decrypted again has its plaintext kept.
 * - Crash before WhatsApp was told: it delivers the same ciphertext again and gets the row's plaintext instead of a failure.
 * - Crash after that, before the message was stored: `replay` finds it, before the next socket opens.
 * A message that comes with nothing to decrypt has a row too (`without-content.ts`), which is kept until its content has come. So has a
 * missed call (`calls.ts`).
 * A row goes once its message is stored, or at once if it says nothing to a person. Going costs no write: it rides with the next
 * commit, so a message may be replayed that is stored already; storing it again changes nothing.
 *
 * Bounds. Rows wait for the intake; when MAX_ROWS or MAX_CHARACTERS of them wait, decrypting waits too, and with it the receipt: what
 * is not taken yet is WhatsApp's to keep. Rows without content that a crash left behind are kept for their redelivery, the latest
 * MAX_SILENT of them. A plaintext above MAX_PLAIN_BYTES is not journalled: the history a phone inlines, or a text no app sends.
 *
 * Not covered: what the library does with a message that says nothing to a person. After a crash right behind the receipt a chunk of
 * history stays undownloaded (the phone's past, seen from before the link), or stored in part, and a share of app-state keys is asked for
 * again.
 */
import type { BinaryNode, SignalDataSet, WAMessageKey } from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';
import type { AccountMemory } from './account-memory.ts';
import { otherSpellingIn, ownJidsIn, type SessionPort } from './auth-state.ts';
import { fromWire } from './from-wire.ts';
import {
  decodeJournalRow,
  JOURNAL_TYPE,
  journalIdOf,
  messageKeyOf,
  messageOfCall,
  plainOf,
  rebuildMessage,
  rowKeyOf,
  stanzaKeyOf,
  type CallRow,
  type JournalRow,
  type OwnJids,
} from './journal-rows.ts';
import type { WireMessage } from './types.ts';
import { noteUnavailable } from './unavailable.ts';

const MAX_ROWS = 1_000;
const MAX_CHARACTERS = 4_000_000;
const MAX_SILENT = 50;
const MAX_PLAIN_BYTES = 384 * 1024;
/** How much plaintext of forgotten rows stays in memory: a receipt that a broken connection lost makes WhatsApp repeat itself. */
const MAX_READ_BYTES = 2_000_000;

/** The stanza a ciphertext came in. */
interface Sighting {
  readonly messageKey: string;
  readonly stanza: BinaryNode['attrs'];
  readonly enc: BinaryNode['attrs'];
}

export interface JournalledMessage {
  readonly message: WireMessage;
  /** To be called once the message is in Firestore. */
  readonly stored: () => void;
}

/** A message the intake has, and what becomes of its rows. */
export interface HandedOver {
  /** It came before, and could not be read then, or not all of it. */
  readonly wasSetAside: boolean;
  /** It is in Firestore: the rows go. */
  readonly stored: () => void;
  /** It is in Firestore as one that could not be read: what could be read of it is kept for its repetition, and nothing waits for it. */
  readonly setAside: () => void;
}

interface Replayable {
  readonly ids: readonly string[];
  readonly rows: readonly JournalRow[];
}

export class InboundJournal {
  readonly #session: SessionPort;
  /** By the very bytes the library will decrypt; forgotten with them. */
  readonly #sightings = new WeakMap<Uint8Array, Sighting>();
  readonly #idsByMessage = new Map<string, Set<string>>();
  /** Rows whose message the intake has. */
  readonly #handedOver = new Set<string>();
  /** Rows that nothing waits for and that are kept for their redelivery, oldest first: a crash left them behind, or they are set aside. */
  readonly #silent = new Set<string>();
  readonly #read = new LRUCache<string, Uint8Array>({
    maxSize: MAX_READ_BYTES,
    sizeCalculation: (plain) => plain.length + 100,
  });
  readonly #waiting = new Set<() => void>();
  #whenFull: () => void = () => undefined;
  #nextOrder: number;

  constructor(session: SessionPort) {
    this.#session = session;
    this.#nextOrder = Math.max(0, ...this.#rows().map(({ row }) => row.order + 1));
  }

  /** Remembers in which stanza each ciphertext comes. To be called before the library decrypts. */
  see(node: BinaryNode, own: OwnJids): void {
    const messageKey = stanzaKeyOf(node.attrs, own);
    if (messageKey === null || !Array.isArray(node.content)) return;
    for (const { attrs: enc, content } of node.content) {
      if (content instanceof Uint8Array) this.#sightings.set(content, { messageKey, stanza: node.attrs, enc });
    }
  }

  /** @param task makes the library hand over what it holds back. Called while the journal is full. */
  whenFull(task: () => void): void {
    this.#whenFull = task;
  }

  /** Waits until there is room for a row. */
  async room(): Promise<void> {
    while (this.#isFull()) {
      const freed = new Promise<void>((resolve) => this.#waiting.add(resolve));
      this.#whenFull();
      await freed;
    }
  }

  /** What a ciphertext says that was decrypted before, `null` for a new one. Durable when it resolves. */
  async plaintextOf(ciphertext: Uint8Array): Promise<Uint8Array | null> {
    const id = journalIdOf(ciphertext);
    const value = this.#session.get(JOURNAL_TYPE, id);
    const row = value === undefined ? null : decodeJournalRow(value);
    if (value === undefined || !row) return this.#read.get(id) ?? null;
    const sighting = this.#sightings.get(ciphertext);
    if (sighting) this.#index(sighting.messageKey, id);
    // Its commit may still be under way, begun by a socket that is over. The receipt that follows must not overtake it.
    await this.#session.set([{ type: JOURNAL_TYPE, id, value }]);
    return plainOf(row);
  }

  /** What to write along with the ratchet that gave this plaintext. */
  changesFor(ciphertext: Uint8Array, plain: Uint8Array): SignalDataSet {
    const changes: SignalDataSet = {};
    const sighting = this.#sightings.get(ciphertext);
    if (!sighting || plain.length > MAX_PLAIN_BYTES) return changes;
    const { messageKey, stanza, enc } = sighting;
    const id = journalIdOf(ciphertext);
    const row: JournalRow = { order: this.#nextOrder, stanza, enc, plain: Buffer.from(plain).toString('base64') };
    this.#nextOrder += 1;
    this.#index(messageKey, id);
    // The library's store takes rows of any type and passes them on; its types name only its own.
    return Object.assign(changes, { [JOURNAL_TYPE]: { [id]: row } });
  }

  /** The plaintext is durable: should WhatsApp repeat the ciphertext soon after its row has gone, this still says it. */
  remember(ciphertext: Uint8Array, plain: Uint8Array): void {
    this.#read.set(journalIdOf(ciphertext), plain);
  }

  /** Keeps what a call leaves in its thread, under the same id each time it comes. Durable when it resolves. */
  async keepCall(row: CallRow): Promise<void> {
    const message = messageOfCall(row);
    if (!message) return;
    await this.room();
    const messageKey = messageKeyOf(message.key);
    const id = journalIdOf(Buffer.from(`call ${messageKey}`));
    this.#index(messageKey, id);
    const known = this.#session.get(JOURNAL_TYPE, id);
    const value = known ?? JSON.stringify({ order: this.#nextOrder, ...row } satisfies JournalRow);
    this.#nextOrder += 1;
    await this.#session.set([{ type: JOURNAL_TYPE, id, value }]);
  }

  /** The library is done with a message. */
  handOver(key: WAMessageKey): HandedOver {
    const messageKey = messageKeyOf(key);
    const ids = [...(this.#idsByMessage.get(messageKey) ?? [])];
    const wasSetAside = ids.some((id) => this.#silent.has(id));
    for (const id of ids) {
      this.#handedOver.add(id);
      this.#silent.delete(id);
    }
    return {
      wasSetAside,
      stored: () => {
        this.#forget(messageKey, ids);
      },
      setAside: () => {
        for (const id of ids) this.#handedOver.delete(id);
        this.#keepSilent(ids);
        this.#wake();
      },
    };
  }

  /**
   * Messages in the journal that the intake has not been given, oldest first. Each is given once.
   *
   * @param memory learns of those whose content the phone is to be asked for.
   */
  replay(memory: Pick<AccountMemory, 'unavailable'>): JournalledMessage[] {
    const own = ownJidsIn(this.#session);
    if (!own) return [];
    const silent: string[] = [];
    const replayed: JournalledMessage[] = [];
    for (const { ids, rows } of this.#replayable(own)) {
      // WhatsApp may not know yet that it came, and repeat it when the row has gone.
      for (const [index, row] of rows.entries()) this.#read.set(ids[index] ?? '', plainOf(row));
      const info = rebuildMessage(rows, own);
      const message = info && fromWire(info, 'backlog', (jid) => otherSpellingIn(this.#session, jid));
      if (!info || !message) silent.push(...ids);
      else if (message.content.kind !== 'undecryptable')
        replayed.push({ message, stored: this.handOver(info.key).stored });
      // Of one that is set aside the phone is asked already.
      else if (!ids.every((id) => this.#silent.has(id))) {
        noteUnavailable(memory, info);
        replayed.push({ message, stored: this.handOver(info.key).setAside });
      }
    }
    this.#keepSilent(silent);
    return replayed;
  }

  /** Keeps rows for their redelivery: the latest, and not for long where there are many. */
  #keepSilent(ids: readonly string[]): void {
    const stored = new Set(this.#session.list(JOURNAL_TYPE).map(({ id }) => id));
    for (const id of this.#silent) if (!stored.has(id)) this.#silent.delete(id);
    for (const id of ids) if (stored.has(id)) this.#silent.add(id);
    const surplus = [...this.#silent].slice(0, -MAX_SILENT);
    this.#session.forget(JOURNAL_TYPE, surplus);
    for (const id of surplus) this.#silent.delete(id);
  }

  /** Rows not handed over, by the stanza they came in. */
  #replayable(own: OwnJids): Replayable[] {
    const byMessage = new Map<string, { ids: string[]; rows: JournalRow[] }>();
    for (const { id, row } of this.#rows()) {
      const messageKey = rowKeyOf(row, own);
      if (messageKey === null || this.#handedOver.has(id)) continue;
      this.#index(messageKey, id);
      const found = byMessage.get(messageKey) ?? { ids: [], rows: [] };
      found.ids.push(id);
      found.rows.push(row);
      byMessage.set(messageKey, found);
    }
    return [...byMessage.values()];
  }

  #rows(): { readonly id: string; readonly row: JournalRow }[] {
    return this.#session
      .list(JOURNAL_TYPE)
      .flatMap(({ id, value }) => {
        const row = decodeJournalRow(value);
        return row ? [{ id, row }] : [];
      })
      .sort((a, b) => a.row.order - b.row.order);
  }

  #isFull(): boolean {
    const waiting = this.#session.list(JOURNAL_TYPE).filter(({ id }) => !this.#silent.has(id));
    return waiting.length >= MAX_ROWS || waiting.reduce((sum, { value }) => sum + value.length, 0) >= MAX_CHARACTERS;
  }

  #index(messageKey: string, id: string): void {
    const ids = this.#idsByMessage.get(messageKey) ?? new Set<string>();
    ids.add(id);
    this.#idsByMessage.set(messageKey, ids);
  }

  #forget(messageKey: string, ids: readonly string[]): void {
    this.#session.forget(JOURNAL_TYPE, ids);
    const left = this.#idsByMessage.get(messageKey);
    for (const id of ids) {
      this.#handedOver.delete(id);
      this.#silent.delete(id);
      left?.delete(id);
    }
    if (left?.size === 0) this.#idsByMessage.delete(messageKey);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

const journals = new WeakMap<SessionPort, InboundJournal>();

/** The one journal of a session: it outlives the sockets that write it. */
export function journalOf(session: SessionPort): InboundJournal {
  const known = journals.get(session);
  if (known) return known;
  const journal = new InboundJournal(session);
  journals.set(session, journal);
  return journal;
}
