/** A clock that tests move by hand. */
import type { Clock } from './clock.ts';

export interface HandClock extends Clock {
  /** Lets time pass; what is due meanwhile happens at its time. */
  advance(ms: number): void;
  /** Lets time pass as for a process that is paused: what was due meanwhile happens late, at the end. */
  sleep(ms: number): void;
}

export function handClock(): HandClock {
  let nowMs = 0;
  let lastId = 0;
  const timers = new Map<number, { readonly dueMs: number; readonly task: () => void }>();
  const runDue = (untilMs: number, isLate: boolean): void => {
    for (;;) {
      const [next] = [...timers].filter(([, { dueMs }]) => dueMs <= untilMs).sort(([, a], [, b]) => a.dueMs - b.dueMs);
      if (!next) return;
      const [id, { dueMs, task }] = next;
      timers.delete(id);
      if (!isLate) nowMs = Math.max(nowMs, dueMs);
      task();
    }
  };
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, task) => {
      lastId += 1;
      const id = lastId;
      timers.set(id, { dueMs: nowMs + delayMs, task });
      return () => {
        timers.delete(id);
      };
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      runDue(untilMs, false);
      nowMs = untilMs;
    },
    sleep: (ms) => {
      nowMs += ms;
      runDue(nowMs, true);
    },
  };
}
