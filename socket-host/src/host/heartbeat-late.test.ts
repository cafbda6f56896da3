import assert from 'node:assert/strict';
import fc from 'fast-check';
import { INTERVAL_MS, stage, TTL_MS } from './heartbeat-scene.ts';

/** For so long Firestore's client waits for an answer. */
const GIVEN_UP_MS = 60_000;

describe('the heartbeat that is answered late', () => {
  it('is held by answers that are late and leave time for the next', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    answering(1.5 * INTERVAL_MS - 100);
    heartbeat.start();
    await clock.pass(600_000);
    assert.deepEqual(seen, ['held']);
    heartbeat.stop();
  });

  it('is held though an answer is lost now and then, and beats no more often than it must', async () => {
    const { clock, seen, shown, heartbeat, answering } = stage();
    answering('every other one');
    heartbeat.start();
    await clock.pass(30 * INTERVAL_MS);
    assert.deepEqual(seen, ['held']);
    assert.equal(shown.length, 1 + 2 * 20, 'one in its time, and another half that time after it');
    heartbeat.stop();
  });

  it('is not back, to lapse once more, while each answer is too late, and soon dead for others that could take over', async () => {
    const lateMs = fc.integer({ min: 1.5 * INTERVAL_MS, max: 3 * TTL_MS });
    await fc.assert(
      fc.asyncProperty(lateMs, async (ms) => {
        const { clock, seen, shown, heartbeat, answering } = stage();
        heartbeat.start();
        await clock.pass(INTERVAL_MS - 1);
        answering(ms);
        await clock.pass(6 * (ms + TTL_MS));
        assert.deepEqual(seen.slice(0, 3), ['held', 'lapsed', 'silent']);
        assert.ok(!seen.slice(3).includes('held'), seen.join());
        // Each of them may reach Firestore as late as its answer came.
        const pauses = shown.map(({ atMs }, index) => atMs - (shown[index - 1]?.atMs ?? atMs) - ms);
        assert.ok(Math.max(...pauses) >= TTL_MS, pauses.join());
        heartbeat.stop();
      }),
      { numRuns: 30 },
    );
  });

  it('is not silent where nobody could take over, and is back with the first answer in time', async () => {
    const { clock, seen, heartbeat, answering, alone } = stage();
    alone();
    heartbeat.start();
    answering(2 * INTERVAL_MS);
    await clock.pass(100 * INTERVAL_MS);
    assert.deepEqual(seen, ['held', 'lapsed']);
    answering('at once');
    await clock.pass(INTERVAL_MS);
    assert.deepEqual(seen, ['held', 'lapsed', 'held']);
    heartbeat.stop();
  });

  it('is silent too where no answer comes in all the time it is waited for, and soon dead for others', async () => {
    const landMs = fc.integer({ min: GIVEN_UP_MS, max: 3 * GIVEN_UP_MS });
    await fc.assert(
      fc.asyncProperty(landMs, async (ms) => {
        const { clock, seen, shown, heartbeat, answering } = stage();
        heartbeat.start();
        await clock.pass(INTERVAL_MS - 1);
        answering({ failsAfterMs: GIVEN_UP_MS });
        await clock.pass(3 * GIVEN_UP_MS);
        assert.deepEqual(seen.filter((what) => what !== 'failed').slice(0, 3), ['held', 'lapsed', 'silent']);
        // Each of them may reach Firestore so late all the same, but for the first two, which did at once.
        const landed = shown.map(({ atMs }, index) => atMs + (index < 2 ? 0 : ms));
        const pauses = landed.slice(3).map((atMs, index) => atMs - (landed[index + 2] ?? atMs));
        assert.ok(Math.max(...pauses) >= TTL_MS, pauses.join());
        answering('at once');
        await clock.pass(GIVEN_UP_MS + 4 * TTL_MS);
        assert.equal(
          seen.findLast((what) => what !== 'failed'),
          'held',
        );
        heartbeat.stop();
      }),
      { numRuns: 10 },
    );
  });

  it('is not silent where no answer comes and nobody could take over', async () => {
    const { clock, seen, heartbeat, answering, alone } = stage();
    alone();
    heartbeat.start();
    answering({ failsAfterMs: GIVEN_UP_MS });
    await clock.pass(5 * GIVEN_UP_MS);
    answering('at once');
    await clock.pass(INTERVAL_MS);
    assert.deepEqual(
      seen.filter((what) => what !== 'failed'),
      ['held', 'lapsed', 'held'],
    );
    heartbeat.stop();
  });

  it('is not silent where its heartbeats are refused: they make it look alive to nobody', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    heartbeat.start();
    answering({ failsAfterMs: 100 });
    await clock.pass(5 * GIVEN_UP_MS);
    assert.deepEqual(
      seen.filter((what) => what !== 'failed'),
      ['held', 'lapsed'],
    );
    heartbeat.stop();
  });

  it('is not silent for answers it still waits for in vain when a newer one came in time', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    heartbeat.start();
    await clock.pass(INTERVAL_MS - 1);
    answering({ failsAfterMs: GIVEN_UP_MS });
    await clock.pass(2 * TTL_MS);
    answering('at once');
    await clock.pass(2 * GIVEN_UP_MS);
    assert.ok(seen.includes('failed'));
    assert.deepEqual(
      seen.filter((what) => what !== 'failed'),
      ['held', 'lapsed', 'held'],
    );
    heartbeat.stop();
  });

  it('is back after its silence once it is answered in time, shows it at once, and beats in its rhythm', async () => {
    const { clock, seen, shown, heartbeat, answering } = stage();
    heartbeat.start();
    answering(2 * INTERVAL_MS);
    await clock.pass(8 * INTERVAL_MS);
    assert.deepEqual(seen, ['held', 'lapsed', 'silent']);
    answering('at once');
    const before = shown.length;
    await clock.pass(4 * TTL_MS);
    assert.deepEqual(seen.slice(3), ['held']);
    const [probe, ...later] = shown.slice(before);
    assert.ok(probe && probe.fencedForMs > 0);
    assert.deepEqual(
      later.map(({ atMs, fencedForMs }) => [atMs - probe.atMs, fencedForMs]).slice(0, 3),
      [0, INTERVAL_MS, 2 * INTERVAL_MS].map((ms) => [ms, 0]),
    );
    heartbeat.stop();
  });

  it('ends its silence within one beat once nobody could take over any more', async () => {
    const { clock, seen, shown, heartbeat, answering, alone } = stage();
    heartbeat.start();
    answering(2 * INTERVAL_MS);
    await clock.pass(8 * INTERVAL_MS);
    assert.equal(seen.at(-1), 'silent');
    const before = shown.length;
    await clock.pass(INTERVAL_MS);
    assert.equal(shown.length, before);
    alone();
    answering('at once');
    await clock.pass(INTERVAL_MS);
    assert.ok(shown.length > before);
    assert.equal(seen.at(-1), 'held');
    heartbeat.stop();
  });

  it('is not silent again for a single answer that is late after its silence, but for as many as before', async () => {
    const { clock, seen, heartbeat, answering, alone } = stage();
    heartbeat.start();
    answering(2 * INTERVAL_MS);
    await clock.pass(8 * INTERVAL_MS);
    assert.equal(seen.at(-1), 'silent');
    alone();
    answering('at once');
    await clock.pass(INTERVAL_MS);
    alone(false);
    answering('never');
    await clock.pass(3 * INTERVAL_MS);
    answering('at once');
    await clock.pass(INTERVAL_MS);
    assert.deepEqual(seen.slice(3), ['held', 'lapsed', 'held']);
    answering(2 * INTERVAL_MS);
    await clock.pass(8 * INTERVAL_MS);
    assert.deepEqual(seen.slice(6), ['lapsed', 'silent']);
    heartbeat.stop();
  });

  it('falls silent too when it is answered in time and lapses again and again', async () => {
    const { clock, seen, writes, heartbeat, answering } = stage();
    heartbeat.start();
    for (let round = 0; round < 3; round += 1) {
      await clock.pass(INTERVAL_MS);
      answering('never');
      await clock.pass(3 * INTERVAL_MS);
      answering('at once');
    }
    writes.at(-1)?.resolve(undefined);
    await clock.pass(1);
    assert.deepEqual(
      seen,
      ['held', 'lapsed', 'held', 'lapsed', 'held', 'lapsed', 'silent'],
      'it left before the silence',
    );
    await clock.pass(TTL_MS + 3 * INTERVAL_MS);
    assert.deepEqual(seen.at(-1), 'held');
    heartbeat.stop();
  });

  it('forgets lapses once it has been steady', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    heartbeat.start();
    for (let round = 0; round < 10; round += 1) {
      await clock.pass(3 * TTL_MS);
      answering('never');
      await clock.pass(3 * INTERVAL_MS);
      answering('at once');
    }
    await clock.pass(INTERVAL_MS);
    assert.ok(!seen.includes('silent'), seen.join());
    assert.equal(seen.filter((what) => what === 'lapsed').length, 10);
    heartbeat.stop();
  });

  it('is not silent after a cut: what is answered at one moment was not late time and again', async () => {
    const { clock, seen, writes, heartbeat, answering } = stage();
    heartbeat.start();
    await clock.pass(INTERVAL_MS - 1);
    answering('never');
    await clock.pass(4 * TTL_MS);
    answering('at once');
    for (const write of writes.slice(0, -1)) write.resolve(undefined);
    await clock.pass(INTERVAL_MS);
    assert.deepEqual(seen, ['held', 'lapsed', 'held']);
    heartbeat.stop();
  });

  it('begins no silence once it is stopped', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    heartbeat.start();
    for (let round = 0; round < 2; round += 1) {
      await clock.pass(INTERVAL_MS);
      answering('never');
      await clock.pass(3 * INTERVAL_MS);
      answering('at once');
    }
    await clock.pass(INTERVAL_MS);
    assert.equal(seen.at(-1), 'held');
    heartbeat.stop();
    await clock.pass(TTL_MS);
    assert.ok(!heartbeat.isHeld());
    assert.equal(seen.at(-1), 'lapsed');
  });

  it('stays silent when it is stopped in its silence', async () => {
    const { clock, seen, shown, heartbeat, answering } = stage();
    heartbeat.start();
    answering(2 * INTERVAL_MS);
    await clock.pass(8 * INTERVAL_MS);
    assert.equal(seen.at(-1), 'silent');
    heartbeat.stop();
    const before = shown.length;
    await clock.pass(10 * TTL_MS);
    assert.equal(shown.length, before);
  });
});
