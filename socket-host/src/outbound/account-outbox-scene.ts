/** The outbox of one account on the emulator, for tests: connected, and told of nothing but by them. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import type { RoutedOutbox } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { readEntry, type OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountOutbox, type AccountOutboxDependencies } from './account-outbox.ts';
import type { SendingRules } from './gate.ts';

export const FREE: SendingRules = { limits: { ...DEFAULT_LIMITS, showsTyping: false }, hold: null };
const NOT_CONNECTED: SendOutcome = { kind: 'not-sent', reason: 'not-connected', detail: '' };
/** Of the message ids that are never answered. */
const UNANSWERED = 'UNANSWERED';
const ASK_MS = 20;

export class AccountOutboxScene {
  readonly db = emulatedFirestore();
  readonly accountId = freshId('account');
  #firstSent = Promise.withResolvers<string>();
  readonly #end = Promise.withResolvers<SendOutcome>();

  /** The id of the first message to be sent, of those that are answered. */
  get firstSent(): Promise<string> {
    return this.#firstSent.promise;
  }

  /** From here on another is the first. */
  forgetSent(): void {
    this.#firstSent = Promise.withResolvers();
  }

  open(
    rules: SendingRules,
    outcome: SendOutcome | Promise<SendOutcome> = { kind: 'acked', serverAt: null },
    other: Partial<AccountOutboxDependencies> = {},
  ): AccountOutbox {
    const { db, accountId } = this;
    const unused = (): never => assert.fail('nothing else is asked of it');
    const socket: WhatsAppSocket = {
      buildMessage: () => new Uint8Array([1]),
      send: (_recipientJid, waMessageId) => {
        if (waMessageId.startsWith(UNANSWERED)) return this.#end.promise;
        this.#firstSent.resolve(waMessageId);
        return Promise.resolve(outcome);
      },
      countMembers: unused,
      showTyping: unused,
      requestPairingCode: unused,
      end: unused,
      logout: unused,
    };
    return new AccountOutbox({
      db,
      accountId,
      lease: { accountId, hostId: 'present', epoch: 2 },
      rules,
      defaults: { perMinute: 0, newThreadsPerDay: 0 },
      random: Math.random,
      statuses: new MessageStatusWriter(db, accountId, systemClock),
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      isHeld: () => true,
      onRefused: unused,
      socket: () => socket,
      ...other,
    });
  }

  async close(outbox: AccountOutbox): Promise<void> {
    this.#end.resolve(NOT_CONNECTED);
    await outbox.stop();
  }

  async written(data: Partial<RoutedOutbox>, built: object = {}): Promise<OutboxEntry> {
    const { db, accountId } = this;
    const [requestId, waMessageId] = [freshId('entry'), freshId('3EB0')];
    const entry = routedEntry({ accountId, ...data, waMessageId });
    const { threadId } = entry.data;
    const message = { accountId, threadId, waMessageId, direction: 'outbound', status: 'queued', error: null };
    await db.doc(paths.message(threadId, waMessageId)).set(message);
    await db.doc(paths.outbox(requestId)).set({ ...entry.data, ...built });
    const stored = await readEntry(db, requestId);
    assert.ok(stored);
    return stored;
  }

  /** Stores entries of a few threads, and none of them is answered. */
  async writtenUnanswered(count: number, threads: number, data: Partial<RoutedOutbox>): Promise<void> {
    const { db, accountId } = this;
    const threadIds = Array.from({ length: threads }, () => freshId('crowd'));
    const batch = db.batch();
    for (let n = 0; n < count; n += 1) {
      const threadId = threadIds[n % threads];
      const entry = routedEntry({
        accountId,
        ...data,
        ...(threadId && { threadId }),
        waMessageId: freshId(UNANSWERED),
      });
      batch.set(db.doc(paths.outbox(freshId('entry'))), { ...entry.data });
    }
    await batch.commit();
  }

  /** Resolves once an entry has this status. Asks for it: a listener that has just begun may miss what changes at that moment. */
  async isIn(status: string, { requestId }: OutboxEntry): Promise<void> {
    while ((await readEntry(this.db, requestId))?.data.status !== status) await delay(ASK_MS);
  }
}
