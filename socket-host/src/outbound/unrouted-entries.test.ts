import assert from 'node:assert/strict';
import { Timestamp } from 'firebase-admin/firestore';
import type { Clock } from '../clock.ts';
import type { Addressing, OutboxEntry } from '../store/outbox.ts';
import { routedEntry } from '../store/routed-entry.ts';
import { MAX_HOLD_MS, UnroutedEntries } from './unrouted-entries.ts';

const ANA = {
  phone: '+40712345678',
  jid: '40712345678@s.whatsapp.net',
  lid: '987@lid',
  thread: 'a__40712345678@s.whatsapp.net',
};
const DAN = { phone: '+40712345679', thread: 'a__40712345679@s.whatsapp.net' };

function routed(createdAtMs: number, asked: Addressing, recipientJid = ANA.jid): OutboxEntry {
  return routedEntry({ createdAt: Timestamp.fromMillis(createdAtMs), threadId: ANA.thread, recipientJid }, asked);
}

const unrouted = (createdAtMs: number, asked: Addressing) => ({
  requestId: `u-${String(createdAtMs)}`,
  accountId: 'a',
  asked,
  createdAtMicros: createdAtMs * 1_000,
});

describe('an entry that is not routed yet', () => {
  let nowMs = 0;
  const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => undefined };
  let entries: UnroutedEntries;
  const expired: string[] = [];

  beforeEach(() => {
    nowMs = 1_000;
    expired.length = 0;
    entries = new UnroutedEntries(clock, (requestId) => expired.push(requestId));
  });

  it('holds back what was written after it in its thread, until it is routed', () => {
    entries.add(unrouted(1, { toPhone: ANA.phone }));
    assert.ok(entries.holdMs(routed(2, { toPhone: ANA.phone })) > 0);
    entries.remove('u-1');
    assert.equal(entries.holdMs(routed(2, { toPhone: ANA.phone })), 0);
  });

  it('holds nothing back that was written before it', () => {
    entries.add(unrouted(3, { toPhone: ANA.phone }));
    assert.equal(entries.holdMs(routed(2, { toPhone: ANA.phone })), 0);
  });

  it('never holds back another customer’s thread', () => {
    entries.add(unrouted(1, { toPhone: DAN.phone }));
    entries.add(unrouted(1, { threadId: DAN.thread }));
    assert.equal(entries.holdMs(routed(2, { toPhone: ANA.phone })), 0);
  });

  it('is recognised however the customer is named', () => {
    const names: Addressing[] = [{ toPhone: '+40 712 345 678' }, { toJid: ANA.jid }, { threadId: ANA.thread }];
    for (const asked of names) {
      const seen = new UnroutedEntries(clock, () => undefined);
      seen.add(unrouted(1, asked));
      for (const name of names) assert.ok(seen.holdMs(routed(2, name)) > 0, JSON.stringify([asked, name]));
    }
  });

  it('holds back in doubt: a number and a LID can be one person', () => {
    entries.add(unrouted(1, { toPhone: DAN.phone }));
    assert.ok(entries.holdMs(routed(2, { threadId: ANA.thread }, ANA.lid)) > 0);
  });

  it('lets go after a while, should it never be routed', () => {
    entries.add(unrouted(1, { toPhone: ANA.phone }));
    assert.equal(entries.holdMs(routed(2, { toPhone: ANA.phone })), MAX_HOLD_MS);
    nowMs += MAX_HOLD_MS;
    assert.equal(entries.holdMs(routed(2, { toPhone: ANA.phone })), 0);
    assert.equal(entries.holdMs(routed(3, { toPhone: ANA.phone })), 0);
    assert.deepEqual(expired, ['u-1'], 'told once');
  });

  it('holds back for as long when functions come late, and route a younger one first', () => {
    entries.add(unrouted(1, { toPhone: ANA.phone }));
    nowMs += 10 * MAX_HOLD_MS;
    assert.equal(entries.holdMs(routed(2, { toPhone: ANA.phone })), MAX_HOLD_MS);
    assert.deepEqual(expired, []);
  });

  it('lets go at the same time as others of its thread', () => {
    const [first, second] = [routed(2, { toPhone: ANA.phone }), routed(4, { toPhone: ANA.phone })];
    for (const createdAtMs of [1, 3]) entries.add(unrouted(createdAtMs, { toPhone: ANA.phone }));
    for (const entry of [first, second]) entries.passedBy(entry);
    nowMs += MAX_HOLD_MS;
    assert.deepEqual([entries.holdMs(first), entries.holdMs(second)], [0, 0]);
    assert.deepEqual(expired, ['u-1', 'u-3']);
  });
});
