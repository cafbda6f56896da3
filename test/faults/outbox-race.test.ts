/**
 * Two engines that both believe they own an account, at one outbox and one socket: worse than two hosts can be, for of those only one
 * has the session.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import { newStage, stopAll, type Running, type Stage } from '../journeys/session-stage.ts';
import { newCustomer, whenOutbox } from '../support/journey.ts';
import { writeRouted } from '../support/routed-entries.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { openEngine, type Engine } from './outbox-engine.ts';

const MESSAGES = 40;
const THREADS = 4;
/** Whether two meet, and who is first, is chance: so many races are run at most until they did, and until it was the one without the account. */
const MAX_ROUNDS = 20;

describe('two hosts that race for each entry of an account', () => {
  let stage: Stage;
  let running: Running;
  const engines: Engine[] = [];

  before(async () => {
    stage = await newStage();
    running = await stage.run();
    await simulator.scan(stage.phone, await stage.code('qr'));
    await running.open();
  });
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((each) => each.stop()));
  });
  after(stopAll);

  async function race(epochs: readonly [number, number]) {
    const customer = await newCustomer('Ana');
    for (const [index, epoch] of epochs.entries()) {
      const engine = openEngine(stage, running, `racer-${String(index)}`, epoch);
      engine.watch();
      engines.push(engine);
    }
    const now = Date.now();
    const entries = Array.from({ length: MESSAGES }, (_, n) => ({
      requestId: freshId('race'),
      threadId: `race-${stage.accountId}-${String(n % THREADS)}`,
      text: `race ${String(n)} ${String(randomInt(1_000_000))}`,
      createdAtMs: now + n,
    }));
    await writeRouted(stage.accountId, `${customer.slice(1)}@s.whatsapp.net`, entries);
    for (const { requestId } of entries) await whenOutbox(requestId, 'sent', 120_000);
    const shown = await simulator.messages(customer, stage.phone);
    assert.deepEqual(shown.map(({ text }) => text).sort(), entries.map(({ text }) => text).sort());
    const owners = await Promise.all(
      entries.map(async ({ requestId }): Promise<unknown> => {
        const entry = await adminFirestore().doc(paths.outbox(requestId)).get();
        return entry.get('claimedBy');
      }),
    );
    return { shown, owners };
  }

  it('send it once, when nothing says whose it is', async () => {
    let hasRaced = false;
    for (let round = 1; !hasRaced && round <= MAX_ROUNDS; round += 1) {
      const { shown } = await race([1, 1]);
      assert.deepEqual(
        new Set(shown.map(({ copies, undecryptable }) => [copies, undecryptable].join())),
        new Set(['1,0']),
      );
      hasRaced = engines.some(({ refusals }) => refusals() > 0);
      await Promise.all(engines.splice(0).map((each) => each.stop()));
    }
    assert.ok(hasRaced, 'they did not race');
  });

  it('show it once, when one has the account no more: the other takes its claims over', async () => {
    const takenOver: string[] = [];
    for (let round = 1; takenOver.length === 0 && round <= MAX_ROUNDS; round += 1) {
      const { shown, owners } = await race([1, 2]);
      assert.ok(shown.every(({ copies }) => copies >= 1));
      // Here even the one without the account can send, so in a round it may have settled all before the other looked.
      const refusals = engines[0]?.refusals() ?? 0;
      if (owners.includes('racer-1') && refusals > 0) takenOver.push(`round ${String(round)}`);
      await Promise.all(engines.splice(0).map((each) => each.stop()));
    }
    assert.notDeepEqual(takenOver, [], 'nothing was taken over');
  });
});
