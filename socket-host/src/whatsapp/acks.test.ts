import assert from 'node:assert/strict';
import type { Clock } from '../clock.ts';
import { Acks } from './acks.ts';

/** A clock whose timers go off when the test says so. */
function heldClock(): { clock: Clock; elapse: () => void } {
  const tasks = new Set<() => void>();
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    after: (_delayMs, task) => {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  };
  return {
    clock,
    elapse: () => {
      for (const task of [...tasks]) task();
    },
  };
}

describe('waiting for the server to take a message', () => {
  it('ends with its answer, even when that comes before the time starts', async () => {
    const acks = new Acks(heldClock().clock);
    const pending = acks.expect('A');
    const at = new Date(1_000);
    assert.equal(acks.settle('A', null, at), true);
    pending.startTimer(30_000);
    assert.deepEqual(await pending.answer, { kind: 'answered', error: null, serverAt: at });
    assert.equal(acks.settle('A', null, at), false);
  });

  it('ends with the code of a refusal', async () => {
    const acks = new Acks(heldClock().clock);
    const pending = acks.expect('A');
    acks.settle('A', '463', null);
    assert.deepEqual(await pending.answer, { kind: 'answered', error: '463', serverAt: null });
  });

  it('ends when the time is over', async () => {
    const { clock, elapse } = heldClock();
    const pending = new Acks(clock).expect('A');
    pending.startTimer(30_000);
    elapse();
    assert.deepEqual(await pending.answer, { kind: 'unanswered', detail: 'no answer in 30 s' });
  });

  it('ends for all when the connection is lost', async () => {
    const acks = new Acks(heldClock().clock);
    const pending = [acks.expect('A'), acks.expect('B')];
    acks.abandonAll('the connection was lost');
    for (const { answer } of pending) {
      assert.deepEqual(await answer, { kind: 'unanswered', detail: 'the connection was lost' });
    }
  });

  it('knows nothing of answers nobody waits for', () => {
    assert.equal(new Acks(heldClock().clock).settle('A', null, null), false);
  });
});
