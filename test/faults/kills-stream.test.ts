import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { COLLECTIONS } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { ClaimsLeft } from '../support/claims-left.ts';
import { converse, endStreams, startStream, type Conversation, type Stream } from '../support/conversations.ts';
import { linkByQr, whenAccount } from '../support/journey.ts';
import { nextMoment } from '../support/kill-moments.ts';
import { lastingFaults } from '../support/outcome.ts';
import { seeded, type Seeded } from '../support/seeded.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { notOnOneSocket } from '../support/socket-watch.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { HOST_LOGS, tellFaults } from '../support/story.ts';

/** In all rounds together. Every change is tried on a few; `KILLS=400` is for a night. */
const KILLS = Number(process.env['KILLS'] ?? (process.env['CI'] === 'true' ? 20 : 100));
const ROUNDS = Math.ceil(KILLS / 25);
const SEED = Number(process.env['KILLS_SEED'] ?? randomInt(1_000_000_000));
/** Of the kills, at the least: on a busy machine, where most accounts are on their way to another host, a third of them did. */
const HIT_AT_LEAST = 0.05;
const ACCOUNTS = 4;
const CUSTOMERS_EACH = 2;
/** Of one direction of one conversation on average, ms. */
const EVERY_MS = 1_200;
/** Short enough for a takeover to be quick, long enough for a heartbeat on a machine that is busy. */
const SETTINGS = { LEASE_TTL_MS: '9000', REBALANCE_INTERVAL_MS: '1000', LOG_LEVEL: 'debug' };

/** Two hosts; while one is dead, the other takes over. */
class Pair {
  readonly #hosts: HostProcess[] = [];
  readonly claimsLeft = new ClaimsLeft();
  #started = 0;

  async start(): Promise<void> {
    this.#hosts.push(await this.#next(), await this.#next());
  }

  /** Kills one, the first at its first turn, and starts another in its place. */
  async killAndReplace(turn: number): Promise<void> {
    const killed = this.at(turn);
    await killed?.kill();
    if (killed) await this.claimsLeft.note(killed);
    this.#hosts[turn % 2] = await this.#next();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.stop()));
  }

  /** The host whose turn it is. */
  at(turn: number): HostProcess | undefined {
    return this.#hosts[turn % 2];
  }

  #next(): Promise<HostProcess> {
    this.#started += 1;
    return startHost({ hostId: `${HOST_LOGS}${String(this.#started)}`, env: SETTINGS });
  }
}

/** Waits until a host has something to lose. */
async function whenConnected(host: HostProcess | undefined, accountIds: readonly string[]): Promise<void> {
  const connected = accountIds.map((accountId) =>
    whenAccount(
      accountId,
      `an account to be run by ${host?.hostId ?? 'nobody'}`,
      ({ ownerHostId, status }) =>
        host !== undefined && ownerHostId?.startsWith(`${host.hostId}-`) === true && status === 'connected',
    ),
  );
  // The accounts that the other host runs stay where they are.
  for (const waiting of connected) waiting.catch(() => undefined);
  await Promise.any(connected);
}

/** How many messages a host claimed that an earlier one had claimed before. */
async function countTriedAgain(): Promise<number> {
  const { docs } = await adminFirestore().collection(COLLECTIONS.outbox).where('attemptCount', '>', 1).get();
  return docs.length;
}

/** What the wire carried, for the record. */
async function wireCounts(): Promise<string> {
  const { copies, repeatedCopies, undecryptable, retries } = await simulator.stats();
  return JSON.stringify({ copies, repeatedCopies, undecryptable, retries });
}

describe('hosts that are killed in the middle of a stream of messages', function () {
  this.timeout(3_600_000);
  const pair = new Pair();
  let staff: Staff;
  let conversations: Conversation[];
  let accountIds: string[];

  async function killAll(random: Seeded, stream: Stream, kills: number): Promise<string[]> {
    const moments: string[] = [];
    for (let turn = 0; turn < kills; turn += 1) {
      await whenConnected(pair.at(turn), accountIds);
      moments.push(await nextMoment(random, stream, accountIds));
      await pair.killAndReplace(turn);
    }
    return moments;
  }

  before(async () => {
    await pair.start();
    staff = await signInAs('admin');
    const names = Array.from({ length: ACCOUNTS }, (_, index) => `Shop ${String(index + 1)}`);
    const accounts = await Promise.all(names.map((name) => linkByQr(staff, name)));
    accountIds = accounts.map(({ accountId }) => accountId);
    conversations = await converse(accounts, CUSTOMERS_EACH);
  });

  afterEach(endStreams);
  after(() => pair.stop());

  for (let round = 1; round <= ROUNDS; round += 1) {
    it(`lose no message, double none, repeat only what was under way and keep the order of each thread, round ${String(round)}`, async () => {
      const random = seeded(SEED + round);
      console.info(`      seed ${String(SEED)}, round ${String(round)}`);
      const stream = startStream(staff, conversations, `round ${String(round)}`, { random, everyMs: EVERY_MS });
      const moments = await killAll(random, stream, Math.ceil(KILLS / ROUNDS));
      await stream.stop();
      const faults = await lastingFaults(stream.written, (entry) => pair.claimsLeft.mayRepeat(entry));
      console.info(
        `      ${String(moments.length)} kills, ${pair.claimsLeft.told()}, ${String(await countTriedAgain())} tried again, ` +
          `${String(stream.written.length)} messages, ${await wireCounts()}`,
      );
      assert.equal(faults.length, 0, await tellFaults(faults));
      assert.deepEqual(await notOnOneSocket(conversations.map(({ phone }) => phone)), []);
    });
  }

  // Otherwise the rounds have shown nothing.
  it('were killed with messages in hand, which others took up', async () => {
    const killedInTheAct = pair.claimsLeft.hostsInTheAct();
    const triedAgain = await countTriedAgain();
    const told = `of ${String(KILLS)} kills ${String(killedInTheAct)} hit a host with messages in hand; ${String(triedAgain)} were tried again`;
    assert.ok(killedInTheAct >= Math.floor(KILLS * HIT_AT_LEAST), told);
    assert.ok(triedAgain >= Math.floor(KILLS * HIT_AT_LEAST), told);
  });
});
