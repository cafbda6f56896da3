/**
 * Raises the status of outbound messages, forward only, with few writes.
 *
 * Acks and receipts of one message come in bursts, from outbound and inbound alike, and meet here: at most one write per
 * message is under way; what arrives meanwhile is merged, so only the highest status is written next. The status last written
 * by this process is remembered (bounded), which makes the ordinary raise one blind write; without it the message is read
 * in a transaction first. A message is not written by two hosts: its account has one owner.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { canMessageMove, messageStatusSchema, type MessageStatus } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type Firestore, type WriteBatch } from 'firebase-admin/firestore';
import { LRUCache } from 'lru-cache';
import { bounded } from '../bounded.ts';
import { messagesById } from './queries.ts';

export interface StatusRaise {
  readonly waMessageId: string;
  readonly status: MessageStatus;
  readonly error?: ErrorInfo;
  readonly serverAt?: Date | null;
}

interface Known {
  readonly threadId: string;
  status: MessageStatus;
}

interface Pending {
  raise: StatusRaise;
  readonly waiting: Promise<void>;
}

const REMEMBERED_MESSAGES = 10_000;

export class MessageStatusWriter {
  readonly #db: Firestore;
  readonly #accountId: string;
  readonly #known = new LRUCache<string, Known>(bounded(REMEMBERED_MESSAGES));
  readonly #writing = new Map<string, Promise<void>>();
  readonly #pending = new Map<string, Pending>();

  constructor(db: Firestore, accountId: string) {
    this.#db = db;
    this.#accountId = accountId;
  }

  /** Tells the writer where a message lives and how far it is, so that raising it needs no read. */
  remember(waMessageId: string, threadId: string, status: MessageStatus): void {
    if (!this.#known.has(waMessageId)) this.#known.set(waMessageId, { threadId, status });
  }

  /** A failed message is tried again by hand: its document starts over, and so does what is remembered of it. */
  restart(waMessageId: string, threadId: string): void {
    const known = this.#known.get(waMessageId)?.status ?? 'queued';
    if (known === 'failed' || known === 'cancelled' || known === 'queued') {
      this.#known.set(waMessageId, { threadId, status: 'queued' });
    }
  }

  /** Resolves when the status, or a higher one, is stored; at once when it is no step forward or the message is unknown. */
  async raise(raise: StatusRaise): Promise<void> {
    const current = this.#writing.get(raise.waMessageId);
    if (!current) {
      await this.#track(raise.waMessageId, () => this.#write(raise, () => undefined));
      return;
    }
    const pending = this.#pending.get(raise.waMessageId);
    if (pending) {
      if (canMessageMove(pending.raise.status, raise.status)) pending.raise = raise;
      await pending.waiting;
      return;
    }
    const waiting = current
      .catch(() => undefined)
      .then(async () => {
        const merged = this.#pending.get(raise.waMessageId)?.raise ?? raise;
        this.#pending.delete(raise.waMessageId);
        await this.#track(raise.waMessageId, () => this.#write(merged, () => undefined));
      });
    this.#pending.set(raise.waMessageId, { raise, waiting });
    await waiting;
  }

  /** Raises a status in one batch with the writes `alongside` adds (the outbox entry it settles). */
  async raiseWith(raise: StatusRaise, alongside: (batch: WriteBatch) => void): Promise<void> {
    await this.#writing.get(raise.waMessageId)?.catch(() => undefined);
    await this.#track(raise.waMessageId, () => this.#write(raise, alongside));
  }

  /** How far a message is, as stored; `null` when there is no such message of this account. */
  async statusOf(waMessageId: string): Promise<MessageStatus | null> {
    return (await this.#find(waMessageId))?.status ?? null;
  }

  async #track(waMessageId: string, task: () => Promise<void>): Promise<void> {
    const run = task();
    this.#writing.set(waMessageId, run);
    try {
      await run;
    } finally {
      if (this.#writing.get(waMessageId) === run) this.#writing.delete(waMessageId);
    }
  }

  async #write(raise: StatusRaise, alongside: (batch: WriteBatch) => void): Promise<void> {
    const known = await this.#find(raise.waMessageId);
    const batch = this.#db.batch();
    alongside(batch);
    const moves = known !== null && canMessageMove(known.status, raise.status);
    if (moves) {
      batch.update(this.#db.doc(paths.message(known.threadId, raise.waMessageId)), {
        status: raise.status,
        error: raise.error ?? null,
        ...(raise.serverAt ? { tsServer: Timestamp.fromDate(raise.serverAt) } : {}),
      });
    }
    await batch.commit();
    if (moves) known.status = raise.status;
  }

  async #find(waMessageId: string): Promise<Known | null> {
    const known = this.#known.get(waMessageId);
    if (known) return known;
    const { docs } = await messagesById(this.#db, waMessageId).get();
    const message = docs.find((snapshot) => snapshot.get('accountId') === this.#accountId);
    if (!message) return null;
    const found = {
      threadId: String(message.get('threadId')),
      status: messageStatusSchema.parse(message.get('status')),
    };
    this.#known.set(waMessageId, found);
    return found;
  }
}
