import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heartbeatIntervalOf, selfFenceOf } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';
import { Heartbeat } from './heartbeat.ts';

const TTL_MS = 15_000;
const INTERVAL_MS = heartbeatIntervalOf(TTL_MS);

interface HandClock extends Clock {
  /** Time passes while the process runs: timers fire when they are due. */
  pass(ms: number): Promise<void>;
  /** Time passes while the process is stopped: nothing runs. */
  freeze(ms: number): void;
}

function handClock(): HandClock {
  let now = 0;
  const timers = new Map<object, { readonly at: number; readonly task: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    after: (delayMs, task) => {
      const key = {};
      timers.set(key, { at: now + delayMs, task });
      return () => timers.delete(key);
    },
    freeze: (ms) => {
      now += ms;
    },
    pass: async (ms) => {
      const until = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= until).toSorted(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        now = Math.max(now, due[1].at);
        timers.delete(due[0]);
        due[1].task();
        await settle();
      }
      now = Math.max(now, until);
    },
  };
}

function stage() {
  const clock = handClock();
  const seen: string[] = [];
  const writes: PromiseWithResolvers<undefined>[] = [];
  /** A number is how late, ms. */
  let answer: 'at once' | 'never' | 'by hand' | 'every other one' | number = 'at once';
  const shown: { readonly atMs: number; readonly fencedForMs: number }[] = [];
  let hasHeir = true;
  const heartbeat = new Heartbeat({
    clock,
    leaseTtlMs: TTL_MS,
    hasHeir: () => hasHeir,
    write: async (fencedForMs) => {
      shown.push({ atMs: clock.monotonicMs(), fencedForMs });
      const write = Promise.withResolvers<undefined>();
      writes.push(write);
      if (typeof answer === 'number') {
        clock.after(answer, () => {
          write.resolve(undefined);
        });
      }
      const isAnswered = answer === 'at once' || (answer === 'every other one' && writes.length % 2 === 1);
      if (isAnswered) write.resolve(undefined);
      await write.promise;
    },
    onFailed: () => seen.push('failed'),
    onHeld: () => seen.push('held'),
    onLapsed: () => seen.push('lapsed'),
    onSilent: () => seen.push('silent'),
  });
  const answering = (how: typeof answer): void => {
    answer = how;
  };
  const alone = (): void => {
    hasHeir = false;
  };
  return { clock, seen, writes, shown, heartbeat, answering, alone };
}

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

  it('falls silent too when it is answered in time and lapses again and again', async () => {
    const { clock, seen, heartbeat, answering } = stage();
    heartbeat.start();
    for (let round = 0; round < 3; round += 1) {
      await clock.pass(INTERVAL_MS);
      answering('never');
      await clock.pass(3 * INTERVAL_MS);
      answering('at once');
    }
    assert.deepEqual(seen, ['held', 'lapsed', 'held', 'lapsed', 'held', 'lapsed', 'silent']);
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
