import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../clock.ts';
import { Pacer, type EndTurn } from './pacer.ts';

/** A clock that moves only when told to, and runs the timers it passes. */
class HeldClock implements Clock {
  #nowMs = 0;
  #timers: { at: number; task: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#nowMs + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Moves on to the next timer. @returns whether there was one. */
  async next(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    const timer = this.#timers.sort((a, b) => a.at - b.at).shift();
    if (!timer) return false;
    this.#nowMs = Math.max(this.#nowMs, timer.at);
    timer.task();
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }
}

const WINDOW_MS = 60_000;

function most(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + WINDOW_MS).length));
}

describe('the pace of an account', () => {
  it('never exceeds its window, however long each message takes and whatever was sent before', async () => {
    const settings = fc.record({
      perMinute: fc.integer({ min: 1, max: 40 }),
      agesMs: fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 30 }),
      tookMs: fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ perMinute, agesMs, tookMs }) => {
        const clock = new HeldClock();
        const pacer = new Pacer({ clock, random: () => 0.5 }, perMinute);
        const before = agesMs.slice(0, perMinute);
        pacer.remember(before);
        const arrived = before.map((age) => -age);
        const sends = tookMs.map(async (ms) => {
          const end = await pacer.turn(0);
          await new Promise<void>((resolve) => clock.after(ms, resolve));
          arrived.push(clock.nowMs());
          end?.(true);
        });
        while (arrived.length < before.length + sends.length) assert.ok(await clock.next(), 'the pacer stands still');
        await Promise.all(sends);
        assert.ok(most(arrived) <= perMinute, `${String(most(arrived))} within 60 s, ${String(perMinute)} allowed`);
      }),
      { numRuns: 60 },
    );
  });

  it('lets the first message after a rest go at once', async () => {
    const pacer = new Pacer({ clock: new HeldClock(), random: () => 0.5 }, 30);
    assert.ok(await pacer.turn(0));
  });

  it('leaves a pause between two messages, as people do', async () => {
    const clock = new HeldClock();
    const pacer = new Pacer({ clock, random: () => 0.5 }, 30);
    (await pacer.turn(0))?.(true);
    const second = pacer.turn(0);
    assert.ok(await clock.next());
    assert.ok(await second);
    assert.ok(clock.nowMs() >= 300 && clock.nowMs() <= 1_200);
  });

  it('of 0 is no pace: nobody waits', async () => {
    const clock = new HeldClock();
    const pacer = new Pacer({ clock, random: () => 0.5 }, 0);
    for (let sent = 0; sent < 200; sent += 1) (await pacer.turn(0))?.(true);
    assert.equal(clock.nowMs(), 0);
  });

  it('does not count a turn in which nothing left', async () => {
    const clock = new HeldClock();
    const pacer = new Pacer({ clock, random: () => 0 }, 1);
    const ends: (EndTurn | null)[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const next = pacer.turn(0);
      await clock.next();
      const end = await next;
      end?.(false);
      ends.push(end);
    }
    assert.ok(ends.every((end) => end !== null) && clock.nowMs() < WINDOW_MS);
  });

  it('gives the next turn to what was written first, whoever asked first', async () => {
    const clock = new HeldClock();
    const pacer = new Pacer({ clock, random: () => 0.5 }, 2);
    const order: string[] = [];
    const ask = async (name: string, place: number): Promise<void> => {
      const end = await pacer.turn(place);
      order.push(name);
      end?.(true);
    };
    const turns = [ask('free', 9), ask('third', 3), ask('fourth', 3), ask('second', 2), ask('first', 1)];
    while (order.length < turns.length) assert.ok(await clock.next());
    await Promise.all(turns);
    assert.deepEqual(order, ['free', 'first', 'second', 'third', 'fourth']);
  });

  it('that stops sends everybody home', async () => {
    const pacer = new Pacer({ clock: new HeldClock(), random: () => 0.5 }, 1);
    await pacer.turn(0);
    const waiting = pacer.turn(0);
    pacer.stop();
    assert.equal(await waiting, null);
    assert.equal(await pacer.turn(0), null);
  });
});
