import assert from 'node:assert/strict';
import { handClock } from '../hand-clock.ts';
import { createAccountMemory } from './account-memory.ts';
import { Watchdog } from './watchdog.ts';

const TIMING = { keepAliveMs: 10_000, deafAfterMs: 30_000, stuckAfterMs: 40_000, qrTimeoutMs: null };

function watched({ memory = createAccountMemory() } = {}) {
  const clock = handClock();
  const seen = { flushes: 0, recycled: [] as string[] };
  const watchdog = new Watchdog({
    clock,
    timing: TIMING,
    memory,
    flush: () => {
      seen.flushes += 1;
    },
    recycle: (reason) => seen.recycled.push(reason),
  });
  watchdog.start();
  /** Time passes, with a frame every second or without. */
  const pass = (ms: number, { frames }: { frames: boolean }): void => {
    for (let at = 0; at < ms; at += 1_000) {
      clock.advance(1_000);
      if (frames) watchdog.frameCame();
    }
  };
  return { clock, seen, watchdog, pass };
}

describe('the watch over an open connection', () => {
  it('leaves a quiet one alone on which pings are answered', () => {
    const { seen, pass } = watched();
    pass(3_600_000, { frames: true });
    assert.deepEqual(seen, { flushes: 0, recycled: [] });
  });

  it('gives up a silent one, once', () => {
    const { seen, pass } = watched();
    pass(15_000, { frames: false });
    assert.deepEqual(seen.recycled, []);
    pass(60_000, { frames: false });
    assert.deepEqual(seen.recycled, ['WhatsApp fell silent']);
  });

  it('lets out what is held back, and goes on when it comes', () => {
    const { seen, watchdog, pass } = watched();
    watchdog.messageCame('A');
    pass(9_000, { frames: true });
    assert.deepEqual(seen, { flushes: 0, recycled: [] });
    pass(3_000, { frames: true });
    assert.notEqual(seen.flushes, 0);
    watchdog.messageReported('A');
    pass(600_000, { frames: true });
    assert.deepEqual(seen.recycled, []);
  });

  it('gives up one on which messages come and none is reported, however many come', () => {
    const { seen, watchdog, pass } = watched();
    for (let second = 0; second < 35; second += 1) {
      watchdog.messageCame(String(second));
      pass(1_000, { frames: true });
    }
    assert.deepEqual(seen.recycled, ['messages came and none was reported']);
  });

  it('is not deceived by an older one that is reported late', () => {
    const { seen, watchdog, pass } = watched();
    watchdog.messageCame('older');
    watchdog.messageCame('stuck');
    pass(1_000, { frames: true });
    watchdog.messageReported('older');
    pass(35_000, { frames: true });
    assert.equal(seen.recycled.length, 1);
  });

  it('leaves one alone that is slow: a backlog may take minutes, as long as it gets shorter', () => {
    const { seen, watchdog, pass } = watched();
    const backlog = Array.from({ length: 20 }, (_, index) => String(index));
    for (const id of backlog) watchdog.messageCame(id);
    for (const id of backlog) {
      pass(25_000, { frames: true });
      watchdog.messageReported(id);
    }
    assert.deepEqual(seen.recycled, []);
  });

  it('does not wait for one that was passed by: not every message is reported', () => {
    const { seen, watchdog, pass } = watched();
    watchdog.messageCame('without a word');
    watchdog.messageCame('next');
    watchdog.messageReported('next');
    pass(60_000, { frames: true });
    assert.deepEqual(seen.recycled, []);
  });

  it('gives up no second one for the same message, and hears by it that others are reported', () => {
    const memory = createAccountMemory();
    const first = watched({ memory });
    first.watchdog.messageCame('never reported');
    first.watchdog.messageCame('late');
    first.pass(35_000, { frames: true });
    assert.equal(first.seen.recycled.length, 1);
    const { seen, watchdog, pass } = watched({ memory });
    watchdog.messageCame('never reported');
    pass(600_000, { frames: true });
    assert.deepEqual(seen.recycled, []);
    watchdog.messageCame('new');
    pass(25_000, { frames: true });
    watchdog.messageReported('late');
    pass(25_000, { frames: true });
    assert.deepEqual(seen.recycled, []);
    pass(10_000, { frames: true });
    assert.equal(seen.recycled.length, 1);
  });

  it('counts again what was on its way when an earlier one fell silent', () => {
    const memory = createAccountMemory();
    const { watchdog, pass } = watched({ memory });
    watchdog.messageCame('on its way');
    pass(20_000, { frames: false });
    assert.equal(memory.givenUpFor.has('on its way'), false);
  });

  it('gives up one on which messages are to leave and none does, however many are to', () => {
    const { seen, watchdog, pass } = watched();
    for (let second = 0; second < 39; second += 1) {
      watchdog.messageLeaving(String(second));
      pass(1_000, { frames: true });
    }
    assert.deepEqual(seen.recycled, []);
    pass(10_000, { frames: true });
    assert.deepEqual(seen.recycled, ['messages were to leave and none did']);
  });

  it('leaves one alone on which one after the other leaves, or turns out not to', () => {
    const { seen, watchdog, pass } = watched();
    const all = Array.from({ length: 20 }, (_, index) => String(index));
    for (const id of all) watchdog.messageLeaving(id);
    for (const id of all.toReversed()) {
      pass(30_000, { frames: true });
      watchdog.messageLeft(id);
    }
    pass(600_000, { frames: true });
    assert.deepEqual(seen.recycled, []);
  });

  it('hears nothing of those that wait in one that left long ago', () => {
    const { seen, watchdog, pass } = watched();
    watchdog.messageLeaving('left');
    watchdog.messageLeft('left');
    watchdog.messageLeaving('waits');
    pass(30_000, { frames: true });
    watchdog.messageLeft('left');
    pass(15_000, { frames: true });
    assert.equal(seen.recycled.length, 1);
  });

  it('takes a sleep of its own for no silence', () => {
    const { clock, seen, watchdog, pass } = watched();
    watchdog.messageLeaving('waits');
    clock.sleep(60_000);
    assert.deepEqual(seen.recycled, []);
    pass(10_000, { frames: true });
    assert.deepEqual(seen.recycled, []);
  });

  it('ends with the connection', () => {
    const { seen, watchdog, pass } = watched();
    watchdog.stop();
    pass(120_000, { frames: false });
    assert.deepEqual(seen.recycled, []);
  });
});
