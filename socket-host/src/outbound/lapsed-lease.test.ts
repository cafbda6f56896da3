import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { readClaimed, readEntry, type OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import type { WhatsAppSocket } from '../whatsapp/types.ts';
import { AccountRules } from './account-rules.ts';
import { BackgroundWrites } from './background-writes.ts';
import { LaneRunner } from './lane-runner.ts';
import { Pauses } from './pauses.ts';
import { Typing } from './typing.ts';

const UNPACED = { perMinute: 0, newThreadsPerDay: 0 };

/** One owner of an account after another, each with a lease of its own. */
interface Owner {
  readonly runner: LaneRunner;
  readonly background: BackgroundWrites;
  /** What left for WhatsApp. */
  readonly sent: { readonly waMessageId: string; readonly bytes: readonly number[] }[];
}

describe('an entry whose lease runs out while it is claimed', () => {
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });
  const accountId = freshId('account');

  /** @param lapses whether its lease runs out between its decision to send and the answer to its claim. */
  function own(epoch: number, bytes: readonly number[], lapses: boolean): Owner {
    const sent: Owner['sent'] = [];
    const lease = { isHeld: true };
    const unused = (): never => assert.fail('nothing else is asked of it');
    const socket: WhatsAppSocket = {
      buildMessage: () => {
        lease.isHeld = !lapses;
        return new Uint8Array(bytes);
      },
      send: (_recipientJid, waMessageId, built) => {
        sent.push({ waMessageId, bytes: [...built] });
        return Promise.resolve({ kind: 'acked', serverAt: null });
      },
      countMembers: unused,
      showTyping: unused,
      requestPairingCode: unused,
      end: unused,
      logout: unused,
    };
    const pauses = new Pauses(systemClock);
    const background = new BackgroundWrites({ clock: systemClock, logger, isStopping: () => false });
    const runner = new LaneRunner({
      db,
      lease: { accountId, hostId: `host-${String(epoch)}`, epoch },
      isHeld: () => lease.isHeld,
      onRefused: unused,
      statuses: new MessageStatusWriter(db, accountId, systemClock),
      typing: new Typing({ random: Math.random, logger }, pauses, () => false),
      clock: systemClock,
      logger,
      isStopped: () => false,
      rules: new AccountRules(systemClock, UNPACED, { limits: DEFAULT_LIMITS, hold: null }),
      defaults: UNPACED,
      pauses,
      background,
      older: { doubt: () => undefined, isInSight: () => true },
      random: Math.random,
      socket: () => (lease.isHeld ? socket : null),
      holdMs: () => 0,
    });
    return { runner, background, sent };
  }

  async function written(): Promise<OutboxEntry> {
    const [requestId, waMessageId, threadId] = [freshId('entry'), freshId('3EB0'), freshId('thread')];
    const { data } = routedEntry({ accountId, threadId, waMessageId, createdAt: Timestamp.now() });
    const message = { accountId, threadId, waMessageId, direction: 'outbound', status: 'queued', error: null };
    await db.doc(paths.message(threadId, waMessageId)).set(message);
    await db.doc(paths.outbox(requestId)).set({ ...data });
    return stored(requestId);
  }

  async function stored(requestId: string): Promise<OutboxEntry> {
    const entry = await readEntry(db, requestId);
    assert.ok(entry);
    return entry;
  }

  it('does not leave the host, and stays claimed with its bytes; the next owner sends those, once', async () => {
    const entry = await written();
    const stale = own(1, [1, 2, 3], true);
    stale.runner.enqueue(entry, true);
    await stale.background.done();
    assert.deepEqual(stale.sent, [], 'it left under a lease that was over');
    assert.equal(stale.runner.waiting.get(entry.requestId)?.entry.data.attemptCount, 0);
    const left = await stored(entry.requestId);
    assert.deepEqual([left.data.status, left.data.epoch, [...(left.built ?? [])]], ['processing', 1, [1, 2, 3]]);

    const next = own(2, [9, 9, 9], false);
    for (const claimed of await readClaimed(db, [accountId])) next.runner.enqueue(claimed, false);
    await next.background.done();
    assert.deepEqual(next.sent, [{ waMessageId: entry.data.waMessageId, bytes: [1, 2, 3] }]);
    const { data } = await stored(entry.requestId);
    assert.deepEqual([data.status, data.epoch], ['sent', 2]);
  });
});
