/** Entries that a listener never showed, or does not show any more, though they are not over: they keep their place. */
import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { microsOf } from '@switchboard/contract/timestamp';
import { Timestamp } from 'firebase-admin/firestore';
import { claimEntry, readEntry, returnEntry, type OutboxEntry } from '../../socket-host/src/store/outbox.ts';
import { newStage, stopAll, type Running, type Stage } from '../journeys/session-stage.ts';
import { newCustomer, whenOutbox } from '../support/journey.ts';
import { writeRouted, type RoutedText } from '../support/routed-entries.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { openEngine, type Engine } from './outbox-engine.ts';

const [FORMER, PRESENT] = [1, 2];

describe('an entry out of sight keeps its place in its thread', () => {
  const db = adminFirestore();
  let stage: Stage;
  let running: Running;
  let customer: string;
  let engine: Engine;

  before(async () => {
    stage = await newStage();
    running = await stage.run();
    await simulator.scan(stage.phone, await stage.code('qr'));
    await running.open();
  });
  beforeEach(async () => {
    customer = await newCustomer('Ana');
    engine = openEngine(stage, running, 'present', PRESENT);
  });
  afterEach(() => engine.stop());
  after(stopAll);

  /** Stores entries of one thread, a millisecond apart, from now on. */
  async function written(...texts: readonly string[]): Promise<RoutedText[]> {
    const now = Date.now();
    const threadId = freshId('thread');
    const entries = texts.map((text, n) => ({ requestId: freshId(text), threadId, text, createdAtMs: now + n }));
    await writeRouted(stage.accountId, `${customer.slice(1)}@s.whatsapp.net`, entries);
    return entries;
  }

  async function stored({ requestId }: RoutedText): Promise<OutboxEntry> {
    const entry = await readEntry(db, requestId);
    assert.ok(entry);
    return entry;
  }

  async function claimByFormer(entry: OutboxEntry): Promise<void> {
    const socket = await running.open();
    const built = socket.buildMessage(entry.data.payload, entry.data);
    const lease = { accountId: stage.accountId, hostId: 'former', epoch: FORMER };
    const { kind } = await claimEntry(db, entry, { lease, built, nowMs: Date.now() });
    assert.equal(kind, 'claimed');
  }

  async function giveBackByFormer(routed: RoutedText): Promise<void> {
    await claimByFormer(await stored(routed));
    await returnEntry(db, await stored(routed), null);
  }

  /** An entry that is not routed goes out of sight while a younger one waits for it; `status` is what it really has. */
  async function loseUnrouted({ requestId, data }: OutboxEntry, status: string, younger: RoutedText): Promise<void> {
    const { accountId, threadId, createdAt } = data;
    await db.doc(paths.outbox(requestId)).update({ status });
    engine.outbox.unrouted({ requestId, accountId, asked: { threadId }, createdAtMicros: microsOf(createdAt) });
    engine.outbox.admit(await stored(younger));
    engine.outbox.inView();
    engine.outbox.gone(requestId);
  }

  async function assertShown(entries: readonly RoutedText[]): Promise<void> {
    for (const { requestId } of entries) await whenOutbox(requestId, 'sent', 60_000);
    const shown = await simulator.messages(customer, stage.phone);
    assert.deepEqual(
      shown.map(({ text }) => text),
      entries.map(({ text }) => text),
    );
  }

  it('when a former owner claimed it before the present one had looked', async () => {
    const entries = await written('first', 'second', 'third');
    const [first] = entries;
    assert.ok(first);
    await claimByFormer(await stored(first));
    engine.watch();
    await assertShown(entries);
  });

  it('when a former owner gave it back and no listener told', async () => {
    const entries = await written('first', 'second');
    const [first, second] = entries;
    assert.ok(first && second);
    await giveBackByFormer(first);
    engine.outbox.inView();
    engine.outbox.admit(await stored(second));
    await assertShown(entries);
  });

  it('when a former owner gave it back, no listener told and nothing follows it', async () => {
    const entries = await written('alone');
    const [alone] = entries;
    assert.ok(alone);
    await giveBackByFormer(alone);
    engine.outbox.inView();
    await assertShown(entries);
  });

  it('when a former owner claims it after the present one has seen it', async () => {
    const entries = await written('first', 'second', 'third');
    const seen = await Promise.all(entries.map(stored));
    const [first] = seen;
    assert.ok(first);
    for (const entry of seen) engine.outbox.admit(entry);
    await claimByFormer(first);
    engine.outbox.gone(first.requestId);
    engine.outbox.inView();
    await assertShown(entries);
  });

  it('when it was not routed yet', async () => {
    const [first, second] = await written('first', 'second');
    const [other] = await written('another thread');
    assert.ok(first && second && other);
    const reference = db.doc(paths.outbox(first.requestId));
    await loseUnrouted(await stored(first), 'queued', second);
    engine.outbox.admit(await stored(other));
    await whenOutbox(other.requestId, 'sent', 60_000);
    await reference.update({ status: 'routed', updatedAt: Timestamp.now() });
    engine.outbox.admit(await stored(first));
    await assertShown([other, first, second]);
  });

  it('unless it was refused meanwhile, and nobody said so', async () => {
    const [first, second] = await written('first', 'second');
    assert.ok(first && second);
    await loseUnrouted(await stored(first), 'rejected', second);
    await assertShown([second]);
  });
});
