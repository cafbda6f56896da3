import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../clock.ts';
import { Slots } from './slots.ts';

/** Timers run in the order they are due, when told to. */
function handClock(): Clock & { runAll(): void } {
  let now = 0;
  const timers: { at: number; task: () => void }[] = [];
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    after: (delayMs, task) => {
      const timer = { at: now + delayMs, task };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    runAll: () => {
      for (;;) {
        timers.sort((a, b) => a.at - b.at);
        const next = timers.shift();
        if (!next) return;
        now = Math.max(now, next.at);
        next.task();
      }
    },
  };
}

function slotsOf(size: number, clock = handClock(), jitterMs = 0): Slots {
  return new Slots({ size, jitterMs, holdMs: 1_000, clock, random: () => 0.5 });
}

describe('slots', () => {
  it('let in as many as there is room for, the rest in the order they came', () => {
    const slots = slotsOf(2);
    const began: number[] = [];
    const leaves = [0, 1, 2, 3].map((who) => slots.enter(() => began.push(who)));
    assert.deepEqual(began, [0, 1]);
    leaves[1]?.();
    leaves[1]?.();
    assert.deepEqual(began, [0, 1, 2]);
    leaves[0]?.();
    assert.deepEqual(began, [0, 1, 2, 3]);
  });

  it('never begin what left the line', () => {
    const slots = slotsOf(1);
    const began: number[] = [];
    const [first, second] = [0, 1, 2].map((who) => slots.enter(() => began.push(who)));
    second?.();
    first?.();
    assert.deepEqual(began, [0, 2]);
  });

  it('are taken back from whoever never leaves, so that nobody waits for ever', () => {
    const clock = handClock();
    const slots = slotsOf(3, clock);
    let began = 0;
    for (let who = 0; who < 100; who += 1) slots.enter(() => (began += 1));
    assert.equal(began, 3);
    clock.runAll();
    assert.equal(began, 100);
  });

  it('do not let in somebody who leaves while the jitter runs', () => {
    const clock = handClock();
    const slots = slotsOf(1, clock, 100);
    const began: number[] = [];
    const leaves = [0, 1, 2].map((who) => slots.enter(() => began.push(who)));
    leaves[0]?.();
    leaves[1]?.();
    clock.runAll();
    assert.deepEqual(began, [0, 2]);
  });

  it('give a place back when the work fails', async () => {
    const slots = slotsOf(1);
    await assert.rejects(slots.run(() => Promise.reject(new Error('broken'))));
    assert.equal(await slots.run(() => Promise.resolve('next')), 'next');
  });

  it('are never more taken than there are, and none is ever lost', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(30), { maxLength: 60 }), (size, order) => {
        const slots = slotsOf(size);
        let [inside, began] = [0, 0];
        const leaves = order.map(() => {
          let isInside = false;
          let hasLeft = false;
          const leave = slots.enter(() => {
            [inside, began, isInside] = [inside + 1, began + 1, true];
            assert.ok(inside <= size);
          });
          return () => {
            if (hasLeft) return;
            hasLeft = true;
            if (isInside) inside -= 1;
            leave();
          };
        });
        for (const index of order) leaves[index % leaves.length]?.();
        for (const leave of leaves) leave();
        assert.equal(inside, 0);
        let isFree = false;
        slots.enter(() => (isFree = true));
        assert.ok(isFree);
      }),
    );
  });
});
