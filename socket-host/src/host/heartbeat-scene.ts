/** A heartbeat whose clock and whose answers a test moves by hand. */
import { heartbeatIntervalOf } from '@switchboard/contract/lease';
import type { Clock } from '../clock.ts';
import { Heartbeat } from './heartbeat.ts';

export const TTL_MS = 15_000;
export const INTERVAL_MS = heartbeatIntervalOf(TTL_MS);

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

export function stage() {
  const clock = handClock();
  const seen: string[] = [];
  const writes: PromiseWithResolvers<undefined>[] = [];
  /** A number is how late, ms. */
  let answer: 'at once' | 'never' | 'by hand' | 'every other one' | { readonly failsAfterMs: number } | number =
    'at once';
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
      if (typeof answer === 'object') {
        clock.after(answer.failsAfterMs, () => {
          write.reject(new Error('Deadline exceeded'));
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
  /** Nobody else could take what is ours. */
  const alone = (isAlone = true): void => {
    hasHeir = !isAlone;
  };
  return { clock, seen, writes, shown, heartbeat, answering, alone };
}
