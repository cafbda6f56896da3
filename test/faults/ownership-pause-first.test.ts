/**
 * What a host that was stopped for longer than its leases last hears first, before its own timers come round: it asks its clock before it
 * acts on it. The account is run as the host runs it, with a heartbeat whose clock the test moves and whose timers never come.
 */
import assert from 'node:assert/strict';
import { messageSchema, type MessageStatus } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { DocumentReference, Firestore, WriteBatch } from 'firebase-admin/firestore';
import { altered } from '../../socket-host/src/altered.ts';
import { WebVersions } from '../../socket-host/src/account/web-versions.ts';
import { systemClock, type Clock } from '../../socket-host/src/clock.ts';
import { Heartbeat } from '../../socket-host/src/host/heartbeat.ts';
import { runAccount } from '../../socket-host/src/host/owned-account.ts';
import { Slots } from '../../socket-host/src/host/slots.ts';
import { OutboxWatch } from '../../socket-host/src/outbound/outbox-watch.ts';
import { localKek } from '../../socket-host/src/session/kek.ts';
import { acquireLease, writeHeartbeat } from '../../socket-host/src/store/leases.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import { MinuteRates } from '../../socket-host/src/telemetry/minute-rates.ts';
import { createNetwork } from '../../socket-host/src/whatsapp/network.ts';
import { DEFAULT_TIMING } from '../../socket-host/src/whatsapp/timing.ts';
import { endScene, faultsOf, openShops, runHost, whenRunBy, writeBothWays, type Shop } from '../support/fleet.ts';
import { sendText, whenAccount, whenMessage, whenOutbox, whenRouted, type Sent } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, simulatorNoiseRoot, stack } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

const LEASE_TTL_MS = 3_000;
const SHORT = { LEASE_TTL_MS: String(LEASE_TTL_MS) };

const logger = createLogger('silent', 'stopped');
const running: (() => Promise<void>)[] = [];

interface LateAnswers {
  /** Firestore as the host has it. */
  readonly db: Firestore;
  /** From now on what Firestore answers to a commit of the session is on its way. @returns when a commit has landed. */
  hold(): Promise<unknown>;
  /** They come. */
  release(): void;
}

function lateAnswers(real: Firestore): LateAnswers {
  let held: { readonly landed: PromiseWithResolvers<undefined>; readonly come: PromiseWithResolvers<undefined> } | null;
  held = null;
  const batch = (): WriteBatch => {
    const writes = real.batch();
    let isOfSession = false;
    return altered(writes, {
      update: (reference: DocumentReference, ...change: unknown[]) => {
        isOfSession ||= reference.path.startsWith(paths.session(''));
        return (writes.update.bind(writes) as (...all: unknown[]) => WriteBatch)(reference, ...change);
      },
      commit: async () => {
        const written = await writes.commit();
        if (!isOfSession || !held) return written;
        held.landed.resolve(undefined);
        await held.come.promise;
        return written;
      },
    });
  };
  return {
    db: altered(real, { batch }),
    hold: () => {
      held = { landed: Promise.withResolvers(), come: Promise.withResolvers() };
      return held.landed.promise;
    },
    release: () => {
      held?.come.resolve(undefined);
      held = null;
    },
  };
}

/** An account as a host runs it that can be stopped, as far as the host knows. */
interface Stoppable {
  readonly hostId: string;
  readonly epoch: number;
  /** Lets its leases lapse. None of its timers fires: it learns so when it asks. */
  lapse(): void;
  /** Whether it has learned so. */
  hasNoticed(): boolean;
}

async function run({ accountId }: Shop, db: Firestore): Promise<Stoppable> {
  const hostId = freshId('stopped');
  await writeHeartbeat(db, hostId, Date.now(), {
    ...{ state: 'running', accounts: 1, capacity: 1, version: 'test', leaseTtlMs: LEASE_TTL_MS },
  });
  const acquired = await acquireLease(db, accountId, hostId);
  assert.ok(acquired);
  const state: { silentMs: number; hasNoticed: boolean; account: Awaited<ReturnType<typeof runAccount>> | null } = {
    ...{ silentMs: 0, hasNoticed: false, account: null },
  };
  const still: Clock = { nowMs: Date.now, monotonicMs: () => state.silentMs, after: () => () => undefined };
  const heartbeat = new Heartbeat({
    clock: still,
    leaseTtlMs: LEASE_TTL_MS,
    write: () => Promise.resolve(),
    onFailed: (error) => assert.fail(String(error)),
    onHeld: () => undefined,
    hasHeir: () => true,
    onSilent: () => undefined,
    onLapsed: () => {
      state.hasNoticed = true;
      void state.account?.fence();
    },
  });
  heartbeat.start();
  await waitFor(() => heartbeat.isHeld(), Boolean, { what: 'its leases to hold' });
  const { network, versions } = await networkOf();
  const watch = new OutboxWatch(db, systemClock, logger);
  const account = await runAccount(
    {
      db,
      hostId,
      network,
      kek: localKek(Buffer.from(process.env['SESSION_KEK'] ?? '', 'hex')),
      watch,
      defaults: { perMinute: 0, newThreadsPerDay: 0 },
      connectTimeoutMs: 20_000,
      timing: DEFAULT_TIMING,
      stableMs: 1_500,
      versions,
      clock: systemClock,
      random: Math.random,
      logger,
      isHeld: () => heartbeat.isHeld(),
      connecting: new Slots({ size: 1, jitterMs: 0, holdMs: 10_000, clock: systemClock, random: Math.random }),
      rates: new MinuteRates(systemClock),
    },
    { accountId, ...acquired, onLost: () => undefined, onDoubt: () => undefined, signal: new AbortController().signal },
  );
  state.account = account;
  running.push(async () => {
    watch.stop();
    await account.fence();
  });
  await whenAccount(accountId, 'the account to be connected', ({ status, ownerHostId }) => {
    return status === 'connected' && ownerHostId === hostId;
  });
  return {
    hostId,
    epoch: acquired.lease.epoch,
    lapse: () => {
      state.silentMs = 60_000;
    },
    hasNoticed: () => state.hasNoticed,
  };
}

async function networkOf() {
  const versions = new WebVersions({ db: adminFirestore(), url: null, clock: systemClock, random: () => 0, logger });
  return { versions, network: createNetwork(stack.socketUrl(), await simulatorNoiseRoot(), versions) };
}

async function statusOf(threadId: string, { waMessageId }: Sent): Promise<MessageStatus> {
  const message = await adminFirestore().doc(paths.message(threadId, waMessageId)).get();
  return messageSchema.parse(message.data()).status;
}

describe('a host that was stopped until its leases were over, and goes on', function () {
  this.timeout(240_000);
  let admin: Staff;
  let shop: Shop;
  let stopped: Stoppable;
  let answers: LateAnswers;

  beforeEach(async () => {
    admin = await signInAs('admin');
    const first = await runHost('first', SHORT);
    const [linked] = await openShops(admin, 1);
    assert.ok(linked);
    shop = linked;
    await first.stop();
    answers = lateAnswers(adminFirestore());
    stopped = await run(shop, answers.db);
    assert.deepEqual(await faultsOf(await writeBothWays(admin, [shop], 'before')), []);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((end) => end()));
    await endScene();
  });

  /** The next owner, once the one that was stopped counts as dead. */
  async function whenTakenOver(): Promise<void> {
    const heir = await runHost('heir', SHORT);
    await whenRunBy([shop], [heir.hostId]);
  }

  /** How often each message with these words came to the customer. */
  async function copiesShown(words: string): Promise<number[]> {
    const shown = await simulator.messages(shop.customer, shop.phone);
    return shown.filter(({ text }) => text === words).map(({ copies }) => copies);
  }

  it('claims nothing that it hears of then', async () => {
    stopped.lapse();
    const sent = await sendText(admin, { accountId: shop.accountId, toPhone: shop.customer }, 'written meanwhile');
    // Whichever asks first: what listens for entries, or the connection, which stays awake.
    await Promise.all([
      whenRouted(sent.requestId),
      waitFor(() => stopped.hasNoticed(), Boolean, { what: 'the lapse to be noticed', timeoutMs: 60_000 }),
    ]);
    const entry = await adminFirestore().doc(paths.outbox(sent.requestId)).get();
    assert.deepEqual([entry.get('status'), entry.get('attemptCount')], ['routed', 0]);
    await whenTakenOver();
    await whenOutbox(sent.requestId, 'sent');
    const claimed = await adminFirestore().doc(paths.outbox(sent.requestId)).get();
    assert.ok(Number(claimed.get('epoch')) > stopped.epoch);
    assert.equal(claimed.get('attemptCount'), 1);
  });

  it('takes in nothing that WhatsApp tells it then: the next owner is told, and does', async () => {
    const sent = await sendText(admin, { accountId: shop.accountId, toPhone: shop.customer }, 'to be read');
    await whenMessage(shop.accountId, sent, 'delivered');
    const threadId = String((await adminFirestore().doc(paths.outbox(sent.requestId)).get()).get('threadId'));
    stopped.lapse();
    await simulator.read(shop.customer, shop.phone);
    const seen = await waitFor(
      async () => ({ hasNoticed: stopped.hasNoticed(), status: await statusOf(threadId, sent) }),
      ({ hasNoticed, status }) => hasNoticed || status === 'read',
      { what: 'the receipt to come', timeoutMs: 60_000 },
    );
    assert.deepEqual(seen, { hasNoticed: true, status: 'delivered' });
    await whenTakenOver();
    await whenMessage(shop.accountId, sent, 'read');
  });

  it('says nothing that it had in hand: the next owner does, once', async () => {
    const landed = answers.hold();
    const sent = await sendText(admin, { accountId: shop.accountId, toPhone: shop.customer }, 'in hand');
    await landed;
    stopped.lapse();
    answers.release();
    await waitFor(() => stopped.hasNoticed(), Boolean, { what: 'the lapse to be noticed', timeoutMs: 60_000 });
    await waitFor(
      async () => (await simulator.stats()).openSockets[shop.phone] ?? 0,
      (open) => open === 0,
      { what: 'its connection to end', timeoutMs: 60_000 },
    );
    assert.deepEqual(await copiesShown('in hand'), []);
    await whenTakenOver();
    await whenMessage(shop.accountId, sent, 'delivered');
    assert.deepEqual(await copiesShown('in hand'), [1]);
  });
});
