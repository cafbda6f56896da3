/**
 * Takes the receipts of messages we sent. One that overtakes its message, as where a phone writes itself while this host is away, is
 * confirmed to WhatsApp once that message is stored and shows it: a host that died in between would have been the last to hear of it.
 * It waits for so long only, since of what was written before the account was linked there are receipts and no messages.
 */
import { LRUCache } from 'lru-cache';
import { bounded } from '../bounded.ts';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import type { MessageStatusWriter } from '../store/message-status.ts';
import type { StatusRaise } from '../store/status-step.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MinuteRates } from '../telemetry/minute-rates.ts';
import type { WireReceipt } from '../whatsapp/types.ts';
import { receiptFailed } from './log-events.ts';

export interface ReceiptsDependencies {
  readonly statuses: MessageStatusWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the account is ours at this moment. */
  readonly isHeld: () => boolean;
  readonly rates?: MinuteRates | undefined;
}

const REMEMBERED = 2_000;
/** How long a receipt waits for its message, ms: longer than a long backlog takes. */
const OVERTAKEN_MS = 120_000;
/** Of how many messages receipts wait; those of the one that has waited longest are confirmed before there are more. */
const MAX_OVERTAKEN = 1_000;

/** The receipts that wait for one message. */
interface Waiting {
  readonly isConfirmed: Promise<boolean>;
  readonly end: (isConfirmed: boolean) => void;
}

export class Receipts {
  readonly #with: ReceiptsDependencies;
  readonly #maxOvertaken: number;
  /** Messages lately counted as delivered. */
  readonly #delivered = new LRUCache<string, true>(bounded(REMEMBERED));
  readonly #storing = new Set<Promise<unknown>>();
  /** By the message that is not there yet, in the order they came. */
  readonly #overtaking = new Map<string, Waiting>();
  #isStopped = false;

  constructor(dependencies: ReceiptsDependencies, maxOvertaken = MAX_OVERTAKEN) {
    this.#with = dependencies;
    this.#maxOvertaken = maxOvertaken;
  }

  /**
   * Raises the status of a message we sent. Receipts of different messages do not wait for each other.
   *
   * @returns whether it may be confirmed: the message is that far, or farther, or has not come in two minutes, or never will; `false` only
   * once the account is no longer ours. The next owner hears of it again then.
   */
  async take(receipt: WireReceipt): Promise<boolean> {
    const { statuses } = this.#with;
    if (receipt.status === 'failed') return true;
    const { waMessageId, status, participantJid, isSentHere = false } = receipt;
    const isRaised = await this.#untilRaised(waMessageId, () =>
      participantJid === null
        ? statuses.raise({ waMessageId, status })
        : statuses.raiseMember(waMessageId, participantJid, status),
    );
    if (isRaised && statuses.isAwaited(waMessageId)) return isSentHere || this.#whenThere(waMessageId);
    if (isRaised) this.#countDelivered(receipt);
    return isRaised;
  }

  /** The message that these receipts have overtaken is there. */
  raiseEarly(early: StatusRaise): void {
    void this.#untilRaised(early.waMessageId, () => this.#with.statuses.raise(early));
  }

  /** Resolves when everything taken so far is in Firestore, but for what waits for its message. */
  async drain(): Promise<void> {
    await Promise.all(this.#storing);
  }

  /** Stops repeating writes: the account is no longer ours. */
  stop(): void {
    this.#isStopped = true;
    for (const { end } of this.#overtaking.values()) end(false);
  }

  async #untilRaised(waMessageId: string, raise: () => Promise<void>): Promise<boolean> {
    const { clock, logger, statuses, isHeld } = this.#with;
    const raised = untilStored(
      clock,
      () => this.#isStopped || !isHeld(),
      raise,
      (attempt, error) => {
        receiptFailed(logger, waMessageId, attempt, error);
      },
    ).finally(() => this.#storing.delete(raised));
    this.#storing.add(raised);
    const isRaised = await raised;
    if (isRaised && !statuses.isAwaited(waMessageId)) this.#overtaking.get(waMessageId)?.end(true);
    return isRaised;
  }

  #whenThere(waMessageId: string): Promise<boolean> {
    if (this.#isStopped) return Promise.resolve(false);
    const waiting = this.#overtaking.get(waMessageId);
    if (waiting) return waiting.isConfirmed;
    const [longest] = this.#overtaking.values();
    if (this.#overtaking.size >= this.#maxOvertaken) longest?.end(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const end = (isConfirmed: boolean): void => {
      cancel();
      this.#overtaking.delete(waMessageId);
      resolve(isConfirmed);
    };
    const cancel = this.#with.clock.after(OVERTAKEN_MS, () => {
      end(true);
    });
    this.#overtaking.set(waMessageId, { isConfirmed: promise, end });
    return promise;
  }

  /** The library tells of a receipt more than once. In a group each member has one. */
  #countDelivered({ status, participantJid, waMessageId }: WireReceipt): void {
    if (status !== 'delivered' || participantJid !== null || this.#delivered.has(waMessageId)) return;
    this.#delivered.set(waMessageId, true);
    this.#with.rates?.count('delivered');
  }
}
