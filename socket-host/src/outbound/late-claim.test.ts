import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { claimEntry, readEntry, type OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import { AccountOutbox } from './account-outbox.ts';

const [FORMER, PRESENT] = [1, 2];

describe('an entry that goes out of sight before it was tried', () => {
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });
  const accountId = freshId('account');

  function open(): AccountOutbox {
    return new AccountOutbox({
      db,
      accountId,
      lease: { accountId, hostId: 'present', epoch: PRESENT },
      rules: { limits: DEFAULT_LIMITS, hold: null },
      defaults: { perMinute: 0, newThreadsPerDay: 0 },
      random: Math.random,
      statuses: new MessageStatusWriter(db, accountId, systemClock),
      clock: systemClock,
      logger,
      isHeld: () => true,
      onRefused: () => undefined,
      socket: () => null,
    });
  }

  async function seen(outbox: AccountOutbox): Promise<OutboxEntry> {
    const reference = db.doc(`outbox/${freshId('entry')}`);
    await reference.set({ ...routedEntry({ accountId }).data });
    const entry = await readEntry(db, reference.id);
    assert.ok(entry);
    outbox.admit(entry);
    return entry;
  }

  /** Whether it is still held after everything under way has ended. */
  async function isHeldAfter(outbox: AccountOutbox, requestId: string): Promise<boolean> {
    outbox.gone(requestId);
    await outbox.stop();
    return !outbox.isIdle();
  }

  const claimOf = (epoch: number, hostId = `host-${String(epoch)}`) => ({
    lease: { accountId, hostId, epoch },
    built: new Uint8Array([1]),
    nowMs: Date.now(),
  });

  it('is kept when a former owner of the account has claimed it too late', async () => {
    const outbox = open();
    const entry = await seen(outbox);
    await claimEntry(db, entry, claimOf(FORMER));
    assert.ok(await isHeldAfter(outbox, entry.requestId));
    assert.equal((await readEntry(db, entry.requestId))?.data.status, 'processing', 'it was given back as unsent');
  });

  it('is kept when our own claim landed though it seemed to fail', async () => {
    const outbox = open();
    const entry = await seen(outbox);
    await claimEntry(db, entry, claimOf(PRESENT, 'present'));
    assert.ok(await isHeldAfter(outbox, entry.requestId));
  });

  it('is let go when another has it who believes to hold the same lease', async () => {
    const outbox = open();
    const entry = await seen(outbox);
    await claimEntry(db, entry, claimOf(PRESENT, 'another'));
    assert.ok(!(await isHeldAfter(outbox, entry.requestId)));
  });

  it('is kept when it waits still', async () => {
    const outbox = open();
    const { requestId } = await seen(outbox);
    assert.ok(await isHeldAfter(outbox, requestId));
  });

  it('is let go when it was cancelled', async () => {
    const outbox = open();
    const { requestId } = await seen(outbox);
    await db.doc(`outbox/${requestId}`).update({ status: 'cancelled' });
    assert.ok(!(await isHeldAfter(outbox, requestId)));
  });

  it('is let go when a later owner has it', async () => {
    const outbox = open();
    const entry = await seen(outbox);
    await claimEntry(db, entry, claimOf(PRESENT + 1));
    assert.ok(!(await isHeldAfter(outbox, entry.requestId)));
  });

  it('and is claimed is taken in a round, if its claim is a former owner’s or long overdue', async () => {
    const outbox = open();
    const claimed = async (epoch: number, ageMs: number): Promise<OutboxEntry> => {
      const reference = db.doc(`outbox/${freshId('entry')}`);
      await reference.set({ ...routedEntry({ accountId }).data });
      const entry = await readEntry(db, reference.id);
      assert.ok(entry);
      const result = await claimEntry(db, entry, { ...claimOf(epoch), nowMs: Date.now() - ageMs });
      assert.equal(result.kind, 'claimed');
      return result.entry;
    };
    outbox.recover(await claimed(PRESENT, 0));
    assert.ok(outbox.isIdle(), 'our own claim is under way');
    outbox.recover(await claimed(PRESENT, 3_600_000));
    assert.ok(!outbox.isIdle());
    const other = open();
    other.recover(await claimed(FORMER, 0));
    assert.ok(!other.isIdle());
    await Promise.all([outbox.stop(), other.stop()]);
  });
});
