/** The lanes of one account on the emulator, for tests: what its socket answers is theirs to say. */
import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import pino from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { momentOf, type Database } from '../store/firestore.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { readEntry, type OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRules } from './account-rules.ts';
import { BackgroundWrites } from './background-writes.ts';
import type { SendingRules } from './gate.ts';
import { LaneRunner } from './lane-runner.ts';
import type { OlderEntries } from './older-entries.ts';
import { Pauses } from './pauses.ts';
import { Typing } from './typing.ts';

/** The epoch of the lease the lanes are run under. */
export const PRESENT = 2;
/** Attempts follow each other a hundred times as fast. */
const hasty: Clock = { ...systemClock, after: (delayMs, task) => systemClock.after(delayMs / 100, task) };
const UNPACED = { perMinute: 0, newThreadsPerDay: 0 };
export const FREE: SendingRules = { limits: { ...DEFAULT_LIMITS, showsTyping: false }, hold: null };
export const NOT_CONNECTED: SendOutcome = { kind: 'not-sent', reason: 'not-connected', detail: '' };

export const unused = (): never => assert.fail('nothing else is asked of it');

export class LaneScene {
  /** What the lanes see of Firestore is theirs to change. */
  db: Database = emulatedFirestore();
  readonly accountId = freshId('account');
  /** What the socket answers, in turn; it is asked for nothing more. */
  answers: (() => Promise<SendOutcome>)[] = [];
  readonly socket: WhatsAppSocket = {
    buildMessage: () => new Uint8Array([1]),
    send: () => (this.answers.shift() ?? unused)(),
    countMembers: () => Promise.resolve(this.memberCount),
    showTyping: unused,
    requestPairingCode: unused,
    end: unused,
    logout: unused,
  };
  /** How many others are in the group it writes to, as far as the socket knows. */
  memberCount: number | null = null;
  /** What there is to send over. */
  connected: WhatsAppSocket | null = this.socket;
  older: Pick<OlderEntries, 'doubt' | 'isInSight'> = { doubt: () => undefined, isInSight: () => true };
  readonly rules = new AccountRules(systemClock, UNPACED, FREE);
  readonly statuses = new MessageStatusWriter(this.db, this.accountId, systemClock);
  readonly #logger = pino({ level: 'silent' });
  readonly background = new BackgroundWrites({
    clock: systemClock,
    logger: this.#logger,
    isStopping: () => false,
  });

  open(rules: SendingRules = FREE, clock: Clock = systemClock): LaneRunner {
    const { db, accountId, statuses, background } = this;
    const logger = this.#logger;
    const pauses = new Pauses(hasty);
    this.rules.update(rules);
    return new LaneRunner({
      db,
      lease: { accountId, hostId: 'present', epoch: PRESENT },
      isHeld: () => true,
      onRefused: unused,
      statuses,
      typing: new Typing({ random: Math.random, logger }, pauses, () => false),
      clock,
      logger,
      isStopped: () => false,
      rules: this.rules,
      defaults: UNPACED,
      pauses,
      background,
      older: this.older,
      random: Math.random,
      socket: () => this.connected,
      holdMs: () => 0,
    });
  }

  async written(fields: Record<string, unknown> = {}): Promise<OutboxEntry> {
    const { db, accountId } = this;
    const requestId = freshId('entry');
    const waMessageId = freshId('3EB0');
    const threadId = freshId('thread');
    const { data } = routedEntry({ accountId, threadId, waMessageId, createdAt: momentOf(new Date()) });
    const message = { accountId, threadId, waMessageId, direction: 'outbound', status: 'queued', error: null };
    // As it is routed: in one commit.
    const routing = db.batch();
    routing.set(db.doc(paths.message(threadId, waMessageId)), message);
    routing.set(db.doc(paths.outbox(requestId)), { ...data, ...fields });
    await routing.commit();
    return this.stored(requestId);
  }

  async stored(requestId: string): Promise<OutboxEntry> {
    const entry = await readEntry(this.db, requestId);
    assert.ok(entry);
    return entry;
  }
}
