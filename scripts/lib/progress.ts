/** What a person sees while things start: a line per part with its state and the seconds it took. */

export interface Progress {
  /** Runs `work` under a name; the line says how it ended. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

/** `12.3` for 12,345 ms. */
export function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** @param write takes one line; where it goes is the caller's. */
export function showProgress(write: (line: string) => void): Progress {
  const line = (name: string, state: string, startedAt: number) => {
    write(`${name.padEnd(14)} ${state.padEnd(10)} ${secondsOf(performance.now() - startedAt).padStart(5)} s`);
  };
  return {
    say: write,
    step: async (name, work) => {
      const startedAt = performance.now();
      line(name, 'starting', startedAt);
      try {
        const result = await work();
        line(name, 'ready', startedAt);
        return result;
      } catch (error) {
        line(name, 'failed', startedAt);
        throw error;
      }
    },
  };
}

/** Rows as text columns, each as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)),
    [],
  );
  const padded = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '));
  return padded.map((row) => row.trimEnd()).join('\n');
}
