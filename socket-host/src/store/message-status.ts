/**
 * Raises the status of outbound messages, forward only, with few writes.
 *
 * Acks and receipts of one message come in bursts, from outbound and inbound alike, and meet here: each waits a moment for the
 * next, and while a write of the message is under way, so that one write holds them all. How far a message is, and its version, are
 * remembered (bounded) from its routing or the last write of this process, which makes the ordinary raise one write and no read; without
 * it the message is looked up first. Its account has one owner, but what a former one still has on its way may land minutes later: so each
 * write is conditional on the message being as we know it.
 *
 * Receipts are faster than messages: what was told of a message that is not stored yet is remembered too (bounded, not durable), and
 * is part of the first raise that finds it.
 */
import {
  messageSchema,
  messageStatusSchema,
  type MemberStatus,
  type MessageStatus,
} from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Firestore, WriteBatch } from 'firebase-admin/firestore';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { isOtherVersion } from './firestore.ts';
import type { MemberReceipts } from './group-receipts.ts';
import { messagesById } from './queries.ts';
import { merged, NO_RECEIPTS, stepOf, type KnownMessage, type StatusRaise, type Step } from './status-step.ts';
import type { KnownVersion } from './undisturbed.ts';

type Alongside = (batch: WriteBatch) => void;

/** What will be written of one message next. */
interface Gathering {
  raise: StatusRaise;
  readonly alongside: Alongside[];
  /** Ends the wait for more. */
  readonly close: () => void;
  readonly stored: Promise<void>;
}

const NEW = { recipientCount: null, receipts: NO_RECEIPTS };
const { recipientCount: countSchema, receipts: receiptsSchema } = messageSchema.shape;

/** Each remembered message weighs one, and one for each member of a group whose receipt is remembered with it. */
const REMEMBERED_WEIGHT = 10_000;

function weightOf({ receipts }: { readonly receipts?: MemberReceipts }): number {
  return 1 + (receipts?.size ?? 0);
}

const WEIGHED = { maxSize: REMEMBERED_WEIGHT, sizeCalculation: weightOf };

/** A phone that is online confirms a message within a moment of the server's own answer: so long a status waits for the next, ms. */
const GATHER_MS = 400;
/** Nothing is expected soon after these. */
const LAST: ReadonlySet<MessageStatus> = new Set(['read', 'played', 'failed']);

export class MessageStatusWriter {
  readonly #db: Firestore;
  readonly #accountId: string;
  readonly #clock: Clock;
  readonly #known = new LRUCache<string, KnownMessage>(WEIGHED);
  /** Of messages that are not stored yet. */
  readonly #early = new LRUCache<string, StatusRaise>(WEIGHED);
  readonly #gathering = new Map<string, Gathering>();
  readonly #writing = new Map<string, Promise<void>>();
  #isHurrying = false;
  #isFenced = false;

  constructor(db: Firestore, accountId: string, clock: Clock) {
    this.#db = db;
    this.#accountId = accountId;
    this.#clock = clock;
  }

  /**
   * Tells the writer where a message lives and how far it is.
   *
   * @param version of the message then, where that is known: raising it needs no read.
   * @returns what was told of it before it was stored, and is still to be raised.
   */
  remember(
    waMessageId: string,
    threadId: string,
    status: MessageStatus,
    version: KnownVersion | null = null,
  ): StatusRaise | null {
    if (!this.#known.has(waMessageId)) this.#known.set(waMessageId, { threadId, status, version, ...NEW });
    return this.#early.get(waMessageId) ?? null;
  }

  /** Whether something was told of a message that is not stored yet, as far as we know. */
  isAwaited(waMessageId: string): boolean {
    return this.#early.has(waMessageId);
  }

  /** A failed message is tried again by hand: its document starts over, so what is remembered of its end holds no longer. */
  restart(waMessageId: string): void {
    const status = this.#known.get(waMessageId)?.status;
    if (status === 'failed' || status === 'cancelled') this.#known.delete(waMessageId);
  }

  /**
   * Resolves when the status, or a higher one, is stored; at once when it is no step forward. That of a message which is not there is
   * kept in memory for when it is.
   */
  async raise(raise: StatusRaise): Promise<void> {
    const known = this.#known.get(raise.waMessageId);
    if (known && !stepOf(known, raise)) return;
    await this.#gather(raise, []);
  }

  /** Notes how far one member of a group is. The message is that far when all are. Resolves as `raise` does. */
  raiseMember(waMessageId: string, memberJid: string, status: MemberStatus): Promise<void> {
    return this.raise({ waMessageId, status: 'sent', receipts: new Map([[memberJid, status]]) });
  }

  /** Raises a status in one batch with the write `alongside` adds: of the outbox entry it settles, and conditional on that one's version. */
  raiseWith(raise: StatusRaise, alongside: Alongside): Promise<void> {
    return this.#gather(raise, [alongside]);
  }

  /** The account is being given back: nothing waits for more any longer. */
  hurry(): void {
    this.#isHurrying = true;
    for (const { close } of this.#gathering.values()) close();
  }

  /** The account is not ours any more: what is not being written yet is not written. */
  fence(): void {
    this.#isFenced = true;
    this.hurry();
  }

  /** How far a message is, as stored, what was told of it just now included; `null` when there is no such message of this account. */
  async statusOf(waMessageId: string): Promise<MessageStatus | null> {
    this.#gathering.get(waMessageId)?.close();
    await this.#writing.get(waMessageId)?.catch(() => undefined);
    return (await this.#find(waMessageId))?.status ?? null;
  }

  #gather(raise: StatusRaise, alongside: readonly Alongside[]): Promise<void> {
    const gathering = this.#gathering.get(raise.waMessageId) ?? this.#open(raise);
    gathering.raise = merged(gathering.raise, raise);
    gathering.alongside.push(...alongside);
    if (this.#isHurrying || LAST.has(raise.status)) gathering.close();
    return gathering.stored;
  }

  #open(raise: StatusRaise): Gathering {
    const { waMessageId } = raise;
    const closed = Promise.withResolvers<undefined>();
    const cancel = this.#clock.after(GATHER_MS, () => {
      closed.resolve(undefined);
    });
    const close = (): void => {
      cancel();
      closed.resolve(undefined);
    };
    const before = this.#writing.get(waMessageId)?.catch(() => undefined);
    const stored = Promise.all([closed.promise, before]).then(() => {
      this.#gathering.delete(waMessageId);
      return this.#write(gathering);
    });
    const gathering: Gathering = { raise, alongside: [], close, stored };
    this.#gathering.set(waMessageId, gathering);
    this.#writing.set(waMessageId, stored);
    const isOver = (): void => {
      if (this.#writing.get(waMessageId) === stored) this.#writing.delete(waMessageId);
    };
    stored.then(isOver, isOver);
    return gathering;
  }

  async #write(gathering: Gathering): Promise<void> {
    if (this.#isFenced) throw new Error('the account is not ours any more');
    const { raise, alongside } = gathering;
    const { waMessageId } = raise;
    const known = await this.#knownFor(waMessageId);
    const early = this.#early.get(waMessageId);
    const whole = early ? merged(early, raise) : raise;
    if (!known && raise.status !== 'failed') this.#early.set(waMessageId, whole);
    const step = known && stepOf(known, whole);
    if (step || alongside.length > 0) {
      const isStored = await this.#commit(waMessageId, step, alongside);
      if (!isStored) return this.#write(gathering);
    }
    if (known) this.#early.delete(waMessageId);
  }

  async #knownFor(waMessageId: string): Promise<KnownMessage | null> {
    const known = await this.#find(waMessageId, false);
    // It may have been stored while it was looked for.
    return known ?? (this.#known.has(waMessageId) ? this.#find(waMessageId, false) : null);
  }

  /** @returns `false`, and nothing is written, when the message is not as it was known: how far it is now is known then. */
  async #commit(waMessageId: string, step: Step | null, alongside: readonly Alongside[]): Promise<boolean> {
    const batch = this.#db.batch();
    for (const add of alongside) add(batch);
    if (step) this.#add(batch, waMessageId, step);
    try {
      const writes = await batch.commit();
      const isCurrent = this.#known.get(waMessageId) === step?.from;
      if (step && isCurrent) this.#known.set(waMessageId, { ...step.to, version: writes.at(-1)?.writeTime ?? null });
      return true;
    } catch (error) {
      // It may be that somebody deleted the message: the next try looks it up.
      this.#known.delete(waMessageId);
      if (step && isOtherVersion(error) && (await this.#hasChanged(waMessageId, step.from.version))) return false;
      throw error;
    }
  }

  #add(batch: WriteBatch, waMessageId: string, { from: { threadId, version }, fields }: Step): void {
    const message = this.#db.doc(paths.message(threadId, waMessageId));
    batch.update(message, fields, version ? { lastUpdateTime: version } : {});
  }

  /** Whether a message is there, and is another version than this one. Remembers what it is. */
  async #hasChanged(waMessageId: string, version: KnownVersion | null): Promise<boolean> {
    return version !== null && (await this.#find(waMessageId))?.version?.isEqual(version) === false;
  }

  /** @param isEnough whether what is remembered will do though its version is not known. */
  async #find(waMessageId: string, isEnough = true): Promise<KnownMessage | null> {
    const known = this.#known.get(waMessageId);
    if (known && (isEnough || known.version)) return known;
    const { docs } = await messagesById(this.#db, waMessageId).get();
    const message = docs.find((snapshot) => snapshot.get('accountId') === this.#accountId);
    if (!message) return null;
    const found = {
      threadId: String(message.get('threadId')),
      status: messageStatusSchema.parse(message.get('status')),
      recipientCount: countSchema.parse(message.get('recipientCount')) ?? null,
      receipts: new Map(Object.entries(receiptsSchema.parse(message.get('receipts')) ?? {})),
      version: message.updateTime,
    };
    this.#known.set(waMessageId, found);
    return found;
  }
}
