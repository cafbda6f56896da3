/** Time, passed in wherever it matters, so that tests can hold it in their hands. */
export interface Clock {
  /** Wall clock, ms since 1970. For what people read; never for judging a lease. */
  nowMs(): number;
  /** A clock that never jumps, ms. For timeouts and for judging our own lease. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. The timer does not keep the process alive. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
