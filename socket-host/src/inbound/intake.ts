/**
 * Takes what a socket reports of one account's messages and puts it into Firestore, in the order the wire had it (`storing-line.ts`).
 * Owns the retries; which thread, and what is stored, is decided in the store. Nothing is dropped while the account is ours: a failing
 * write is repeated until it succeeds, and of a message that can never be stored as it is a note is (`stubborn-message.ts`).
 */
import { parseJid } from '@switchboard/contract/jid';
import { LRUCache } from 'lru-cache';
import { bounded } from '../bounded.ts';
import type { Clock } from '../clock.ts';
import { FencedError } from '../session/types.ts';
import { storeArrival, type Arrival } from '../store/arrivals.ts';
import { isAnswering } from '../store/final-errors.ts';
import { momentOf, type Database } from '../store/firestore.ts';
import { openIncident } from '../store/incidents.ts';
import { replaceUndecryptable, type LateContent } from '../store/late-content.ts';
import type { MessageStatusWriter } from '../store/message-status.ts';
import { removeAwaited, storeChange } from '../store/message-changes.ts';
import { readQuoted } from '../store/quoted.ts';
import { findThread, type Customer, type KnownThread } from '../store/threads.ts';
import type { Tenure } from '../store/under-lease.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MinuteRates } from '../telemetry/minute-rates.ts';
import type { WireChange, WireMessage, WireReceipt } from '../whatsapp/types.ts';
import { arrivalTime } from './arrival-time.ts';
import {
  isChange,
  messageChange,
  quotedByWire,
  quoteIn,
  shownContent,
  timeOfChange,
  type MessageContent,
} from './content.ts';
import { customerOf } from './customer-of.ts';
import {
  changeStored,
  messageGivenUp,
  messageRepeated,
  messageStored,
  placeholderStored,
  storeFailed,
} from './log-events.ts';
import { Receipts } from './receipts.ts';
import { StoringLine } from './storing-line.ts';
import { storeOrNote } from './stubborn-message.ts';

type StoredContent = Omit<LateContent, 'waMessageId'>;

const REMEMBERED_THREADS = 2_000;

export interface IntakeDependencies extends Tenure {
  readonly db: Database;
  readonly team: string;
  readonly statuses: MessageStatusWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the account is ours at this moment; nothing is stored while it is not. */
  readonly isHeld: () => boolean;
  readonly rates?: MinuteRates;
  /** A customer who had been written to only has written for the first time, or may have: it was stored, and nobody knew. */
  readonly onFirstAnswer?: (threadId: string) => void;
}

export class Intake {
  readonly #with: IntakeDependencies;
  readonly #threads = new LRUCache<string, KnownThread>(bounded(REMEMBERED_THREADS));
  readonly #line: StoringLine;
  readonly #receipts: Receipts;
  #isStopped = false;

  constructor(dependencies: IntakeDependencies) {
    this.#with = dependencies;
    this.#line = new StoringLine(dependencies.clock);
    this.#receipts = new Receipts(dependencies);
  }

  /**
   * Queues a message behind those before it; one of the phone's past waits for what comes now (`storing-line.ts`).
   *
   * @returns whether it is in Firestore, now or before; `false` once the account is no longer ours, or when not even a note of it could be
   * stored: then it is the next owner's, and those behind it go on.
   */
  takeMessage(message: WireMessage): Promise<boolean> {
    return this.#line.add(message.source === 'history', () => this.#untilStored(message));
  }

  /** The account was linked just now: its phone's past is on its way to us. */
  expectPast(): void {
    this.#line.expectPast();
  }

  /** @returns whether a receipt may be confirmed (`receipts.ts`). */
  takeReceipt(receipt: WireReceipt): Promise<boolean> {
    return this.#receipts.take(receipt);
  }

  /** Resolves when everything taken so far is in Firestore. */
  async drain(): Promise<void> {
    await this.#line.drain();
    await this.#receipts.drain();
  }

  /** Whether nothing that was taken is still to be stored, or about to come. Of the phone's past nobody else has a copy. */
  isIdle(): boolean {
    return this.#line.isIdle();
  }

  /** Stops repeating writes: the account is no longer ours. */
  stop(): void {
    this.#isStopped = true;
    this.#receipts.stop();
  }

  async #untilStored(message: WireMessage): Promise<boolean> {
    const { db, accountId, clock, logger } = this.#with;
    const became = await storeOrNote(clock, {
      asItIs: () => this.#store(message),
      asNote: () => this.#storeNote(message),
      isAnswering: () => isAnswering(db, accountId),
      isStopped: () => this.#isStopped || !this.#with.isHeld(),
      onFailure: (attempt, error) => {
        this.#threads.clear();
        storeFailed(logger, message.waMessageId, attempt, error);
      },
    });
    if (became === 'given-up') messageGivenUp(logger, message.waMessageId, message.content.kind);
    return became === 'stored';
  }

  /** That there was a message, from whom and when, in place of what it says; and people are told. A new owner finds it in the journal. */
  async #storeNote(message: WireMessage): Promise<void> {
    const { db, accountId, logger } = this.#with;
    const { waMessageId, content } = message;
    const trouble = { type: 'message_unstored', details: { waMessageId, kind: content.kind } } as const;
    if (!(await openIncident(db, this.#with, trouble))) throw new FencedError(accountId);
    await this.#store({ ...message, content: { kind: 'unsupported', wireKind: content.kind } });
    placeholderStored(logger, waMessageId, content.kind);
  }

  async #store(message: WireMessage): Promise<void> {
    const customer = customerOf(message);
    const thread = await this.#threadOf(customer);
    const { content } = message;
    if (isChange(content)) await this.#storeChange(message, content, customer, thread);
    else if (content.kind !== 'nothing') await this.#storeMessage(message, content, customer, thread);
    // It may stand in the thread as one that is waited for.
    else if (!thread.isNew && (await removeAwaited(this.#with.db, thread.threadId, message.waMessageId)))
      this.#forget(customer);
  }

  async #storeChange(
    message: WireMessage,
    content: WireChange,
    customer: Customer,
    thread: KnownThread,
  ): Promise<void> {
    const { db, clock, logger } = this.#with;
    const at = momentOf(timeOfChange(content, message.sentAt, new Date(clock.nowMs())));
    const stored = await storeChange(db, {
      threadId: thread.threadId,
      changeId: message.waMessageId,
      targetId: content.targetId,
      change: messageChange(content, message, thread.clientJid, at),
    });
    changeStored(logger, message.waMessageId, content.kind, stored);
    // The thread now waits for a message: it is to be read again before the next one.
    if (stored === 'early') this.#forget(customer);
  }

  async #storeMessage(
    message: WireMessage,
    content: MessageContent,
    customer: Customer,
    thread: KnownThread,
  ): Promise<void> {
    const { db, logger, statuses } = this.#with;
    const arrival = this.#arrivalOf(message, await this.#contentOf(message, content, thread), customer, thread);
    const result = await storeArrival(db, arrival);
    if (result.became === 'outdated') {
      this.#forget(customer);
      await this.#store(message);
      return;
    }
    if (result.became === 'stored') {
      this.#remember(customer, result.thread);
      this.#tellStored(message, thread);
      return;
    }
    if (thread.isNew || thread.missingJids.length > 0) this.#forget(customer);
    messageRepeated(logger, message.waMessageId);
    // The answer to the commit that stored it may have got lost.
    this.#tellAnswered(message, thread);
    if (content.kind !== 'undecryptable') await replaceUndecryptable(db, thread.threadId, arrival.message);
    if (message.fromMe) await statuses.raise({ waMessageId: message.waMessageId, status: message.status ?? 'sent' });
  }

  /** @param before the thread as it was before this message. */
  #tellStored(message: WireMessage, before: KnownThread): void {
    const { waMessageId, fromMe, source, status } = message;
    const { logger, statuses, rates } = this.#with;
    messageStored(logger, waMessageId, source);
    const early = fromMe ? statuses.remember(waMessageId, before.threadId, status ?? 'sent') : null;
    if (early) this.#receipts.raiseEarly(early);
    if (fromMe || source === 'history') return;
    rates?.count('received');
    if (before.lastInboundAtMs === 0) this.#tellAnswered(message, before);
  }

  /** In a new thread nothing waits, and in a group nobody is a stranger. */
  #tellAnswered({ fromMe, source, chatJid }: WireMessage, { isNew, threadId }: KnownThread): void {
    const isAnswer = !fromMe && source !== 'history' && parseJid(chatJid)?.kind !== 'group';
    if (isAnswer && !isNew) this.#with.onFirstAnswer?.(threadId);
  }

  /** What the thread shows of it, with a copy of the message it answers. */
  async #contentOf(message: WireMessage, content: MessageContent, thread: KnownThread): Promise<StoredContent> {
    const quote = quoteIn(content);
    if (!quote) return { ...shownContent(content), quotedId: null, quoted: null };
    const known = thread.isNew ? null : await readQuoted(this.#with.db, thread.threadId, quote.waMessageId);
    return { ...shownContent(content), quotedId: quote.waMessageId, quoted: known ?? quotedByWire(quote, message) };
  }

  #arrivalOf(message: WireMessage, content: StoredContent, customer: Customer, thread: KnownThread): Arrival {
    const { accountId, team, clock } = this.#with;
    const isHistory = message.source === 'history';
    const nowMs = clock.nowMs();
    const atMs = arrivalTime({
      source: message.source,
      sentAtMs: message.sentAt?.getTime() ?? null,
      nowMs,
      lastAtMs: thread.lastMessageAtMs,
      lastInboundAtMs: thread.lastInboundAtMs,
    });
    return {
      account: { accountId, team },
      thread,
      customer,
      message: {
        ...content,
        direction: message.fromMe ? 'outbound' : 'inbound',
        status: message.fromMe ? (message.status ?? 'sent') : 'received',
        waMessageId: message.waMessageId,
        senderJid: message.senderJid,
        senderName: message.senderName,
      },
      sentAt: message.sentAt,
      at: new Date(atMs),
      countsAsUnread: !message.fromMe && !isHistory,
      isHistory,
      isLate: !isHistory && atMs < nowMs,
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
