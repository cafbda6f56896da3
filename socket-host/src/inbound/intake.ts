/**
 * Takes what a socket reports of one account's messages and puts it into Firestore, in the order the wire had it.
 * Owns the order and the retries; which thread, and what is stored, is decided in the store. Nothing is dropped while the account is
 * ours: a failing write is repeated until it succeeds.
 */
import { parseJid } from '@switchboard/contract/jid';
import { LRUCache } from 'lru-cache';
import { bounded } from '../bounded.ts';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import type { Database } from '../store/firestore.ts';
import type { MessageStatusWriter } from '../store/message-status.ts';
import {
  findThread,
  replaceUndecryptable,
  storeArrival,
  type Arrival,
  type Customer,
  type KnownThread,
} from '../store/threads.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WireMessage, WireReceipt } from '../whatsapp/types.ts';
import { arrivalTime } from './arrival-time.ts';
import { shownContent } from './content.ts';
import { messageRepeated, messageStored, receiptFailed, storeFailed } from './log-events.ts';

const REMEMBERED_THREADS = 2_000;

export interface IntakeDependencies {
  readonly db: Database;
  readonly accountId: string;
  readonly team: string;
  readonly statuses: MessageStatusWriter;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Intake {
  readonly #with: IntakeDependencies;
  readonly #threads = new LRUCache<string, KnownThread>(bounded(REMEMBERED_THREADS));
  #tail: Promise<unknown> = Promise.resolve();
  readonly #receipts = new Set<Promise<unknown>>();
  #isStopped = false;

  constructor(dependencies: IntakeDependencies) {
    this.#with = dependencies;
  }

  /**
   * Queues a message behind those before it.
   *
   * @returns whether it is in Firestore, now or before; `false` only once the account is no longer ours.
   */
  takeMessage(message: WireMessage): Promise<boolean> {
    const stored = this.#tail.then(() => this.#untilStored(message));
    this.#tail = stored;
    return stored;
  }

  /**
   * Raises the status of a message we sent. Receipts of different messages do not wait for each other.
   *
   * @returns whether the message is that far, or farther; `false` only once the account is no longer ours.
   */
  takeReceipt(receipt: WireReceipt): Promise<boolean> {
    const { clock, logger, statuses } = this.#with;
    if (receipt.status === 'failed') return Promise.resolve(true);
    const { waMessageId, status } = receipt;
    const stored = untilStored(
      clock,
      () => this.#isStopped,
      () => statuses.raise({ waMessageId, status }),
      (attempt, error) => {
        receiptFailed(logger, waMessageId, attempt, error);
      },
    ).finally(() => this.#receipts.delete(stored));
    this.#receipts.add(stored);
    return stored;
  }

  /** Resolves when everything taken so far is in Firestore. */
  async drain(): Promise<void> {
    await this.#tail;
    await Promise.all(this.#receipts);
  }

  /** Stops repeating writes: the account is no longer ours. */
  stop(): void {
    this.#isStopped = true;
  }

  #untilStored(message: WireMessage): Promise<boolean> {
    const { clock, logger } = this.#with;
    return untilStored(
      clock,
      () => this.#isStopped,
      () => this.#store(message),
      (attempt, error) => {
        this.#threads.clear();
        storeFailed(logger, message.waMessageId, attempt, error);
      },
    );
  }

  async #store(message: WireMessage): Promise<void> {
    const { db, logger, statuses } = this.#with;
    const customer = customerOf(message);
    const thread = await this.#threadOf(customer);
    const arrival = this.#arrivalOf(message, customer, thread);
    const result = await storeArrival(db, arrival);
    if (result === 'outdated') {
      this.#forget(customer);
      await this.#store(message);
      return;
    }
    if (result === 'stored') {
      messageStored(logger, message.waMessageId, message.source);
      this.#remember(customer, afterArrival(arrival));
      if (message.fromMe) statuses.remember(message.waMessageId, thread.threadId, 'sent');
      return;
    }
    if (thread.isNew || thread.missingJids.length > 0) this.#forget(customer);
    messageRepeated(logger, message.waMessageId);
    if (message.fromMe) await statuses.raise({ waMessageId: message.waMessageId, status: 'sent' });
    else if (message.content.kind !== 'undecryptable') {
      await replaceUndecryptable(db, thread.threadId, {
        waMessageId: message.waMessageId,
        ...shownContent(message.content),
      });
    }
  }

  #arrivalOf(message: WireMessage, customer: Customer, thread: KnownThread): Arrival {
    const { accountId, team, clock } = this.#with;
    return {
      account: { accountId, team },
      thread,
      customer,
      message: {
        ...shownContent(message.content),
        direction: message.fromMe ? 'outbound' : 'inbound',
        status: message.fromMe ? 'sent' : 'received',
        waMessageId: message.waMessageId,
        senderJid: message.senderJid,
        senderName: message.senderName,
      },
      sentAt: message.sentAt,
      at: new Date(
        arrivalTime({
          source: message.source,
          sentAtMs: message.sentAt?.getTime() ?? null,
          nowMs: clock.nowMs(),
          lastAtMs: thread.lastMessageAtMs,
          lastInboundAtMs: thread.lastInboundAtMs,
        }),
      ),
      countsAsUnread: !message.fromMe && message.source !== 'history' && message.content.kind !== 'reaction',
      isHistory: message.source === 'history',
    };
  }

  async #threadOf(customer: Customer): Promise<KnownThread> {
    const remembered = customer.jids.map((jid) => this.#threads.get(jid));
    const [first] = remembered;
    if (first && remembered.every((thread) => thread?.threadId === first.threadId)) return first;
    return findThread(this.#with.db, this.#with.accountId, customer);
  }

  #remember(customer: Customer, thread: KnownThread): void {
    for (const jid of customer.jids) this.#threads.set(jid, thread);
  }

  #forget(customer: Customer): void {
    for (const jid of customer.jids) this.#threads.delete(jid);
  }
}

/** What is known of a thread once this arrival is stored in it. */
function afterArrival({ thread, message, at, isHistory }: Arrival): KnownThread {
  const known = { ...thread, isNew: false, missingJids: [] };
  if (isHistory) return known;
  const atMs = at.getTime();
  return {
    ...known,
    lastMessageAtMs: Math.max(thread.lastMessageAtMs, atMs),
    lastInboundAtMs: message.direction === 'inbound' ? atMs : thread.lastInboundAtMs,
  };
}

/** Who a message belongs to: both spellings of the chat, and a name only the customer may set. */
function customerOf(message: WireMessage): Customer {
  const jids = message.chatAltJid === null ? [message.chatJid] : [message.chatJid, message.chatAltJid];
  const isNamed = !message.fromMe && parseJid(message.chatJid)?.kind !== 'group';
  return { jids, displayName: isNamed ? message.senderName : null };
}
