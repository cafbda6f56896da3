import assert from 'node:assert/strict';
import fc from 'fast-check';
import { selfFenceOf } from '@switchboard/contract/lease';
import { INTERVAL_MS, stage, TTL_MS } from './heartbeat-scene.ts';

describe('the heartbeat', () => {
  it('holds nothing until it was answered, and begins without an answer', async () => {
    const { clock, seen, writes, heartbeat, answering } = stage();
    answering('by hand');
    heartbeat.start();
    await clock.pass(3_000);
    assert.ok(!heartbeat.isHeld());
    writes[0]?.resolve(undefined);
    await clock.pass(1);
    assert.ok(heartbeat.isHeld());
    assert.deepEqual(seen, ['held']);
    heartbeat.stop();
  });

  it('goes on beating while answers are missing, within bounds', async () => {
    const { clock, writes, heartbeat, answering } = stage();
    answering('never');
    heartbeat.start();
    await clock.pass(600_000);
    assert.equal(writes.length, 64);
    heartbeat.stop();
  });

  it('sends new beats while old ones hang, and is back with the first answer', async () => {
    const { clock, seen, writes, heartbeat, answering } = stage();
    heartbeat.start();
    await clock.pass(1_000);
    answering('never');
    await clock.pass(60_000);
    const before = writes.length;
    answering('at once');
    await clock.pass(TTL_MS / 3);
    assert.ok(writes.length > before);
    assert.deepEqual(seen, ['held', 'lapsed', 'held']);
  });

  it('lapses by itself when answers stay away, before others may take over', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    heartbeat.start();
    await clock.pass(60_000);
    answering('never');
    await clock.pass(selfFenceOf(TTL_MS) + 500);
    assert.deepEqual(seen, ['held', 'lapsed']);
    assert.ok(!heartbeat.isHeld());
    heartbeat.stop();
  });

  it('makes a process that was stopped find out at its first question, before any timer runs', async () => {
    const { clock, seen, heartbeat } = stage();
    heartbeat.start();
    await clock.pass(1_000);
    clock.freeze(60_000);
    assert.ok(!heartbeat.isHeld());
    assert.deepEqual(seen, ['held', 'lapsed']);
    heartbeat.stop();
  });

  it('reports a lapse even when the first thing that happens after it is the answer to an old beat', async () => {
    const { clock, seen, writes, heartbeat, answering } = stage();
    heartbeat.start();
    await clock.pass(4_000);
    answering('by hand');
    await clock.pass(2_000);
    clock.freeze(60_000);
    writes.at(-1)?.resolve(undefined);
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(seen, ['held', 'lapsed']);
    assert.ok(!heartbeat.isHeld(), 'the beat was sent before the pause and proves nothing');
    answering('at once');
    await clock.pass(6_000);
    assert.deepEqual(seen, ['held', 'lapsed', 'held']);
    heartbeat.stop();
  });

  it('knows and shows for how long nothing has been held', async () => {
    const { clock, shown, heartbeat, answering } = stage();
    answering('never');
    heartbeat.start();
    await clock.pass(INTERVAL_MS);
    assert.equal(heartbeat.fencedForMs(), INTERVAL_MS);
    answering('at once');
    await clock.pass(INTERVAL_MS);
    assert.equal(heartbeat.fencedForMs(), 0);
    // The first is to begin with; the last says at once that it is over.
    assert.deepEqual(
      shown.map(({ fencedForMs }) => fencedForMs),
      [0, 0.5 * INTERVAL_MS, INTERVAL_MS, 1.5 * INTERVAL_MS, 0],
    );
    clock.freeze(60_000);
    await clock.pass(0);
    assert.equal(heartbeat.fencedForMs(), 0, 'it was answered at once');
    answering('never');
    await clock.pass(TTL_MS);
    const before = heartbeat.fencedForMs();
    await clock.pass(1_234);
    assert.equal(heartbeat.fencedForMs(), before + 1_234);
    heartbeat.stop();
  });

  it('never believes in its leases for longer than others must, whatever the answers do', async () => {
    const step = fc.record({
      ms: fc.integer({ min: 0, max: 12_000 }),
      frozen: fc.boolean(),
      answers: fc.constantFrom('at once' as const, 'never' as const, 'by hand' as const, 3_000, 7_000),
      settles: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { clock, writes, heartbeat, answering } = stage();
        heartbeat.start();
        for (const { ms, frozen, answers, settles } of steps) {
          answering(answers);
          if (frozen) clock.freeze(ms);
          else await clock.pass(ms);
          if (settles) writes.at(-1)?.resolve(undefined);
        }
        answering('never');
        clock.freeze(selfFenceOf(TTL_MS));
        assert.ok(!heartbeat.isHeld());
        heartbeat.stop();
      }),
    );
  });
});
