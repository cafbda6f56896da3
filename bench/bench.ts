/** What a benchmark is, and what it measures. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'kB' | 'MB' | '/s' | 'count';
  /** What the best that is possible took in the same run, where that was measured. */
  readonly floor: number | null;
  /** `value / floor`. */
  readonly ratio: number | null;
  readonly goal: number;
  /** What must not be above the goal. */
  readonly goalOf: 'value' | 'ratio';
  readonly met: boolean;
}

export interface Bench {
  /** Names its result file. */
  readonly name: string;
  /** Runs against the emulators and the simulator named by the environment. @param say tells a person how far it is. */
  run(say: (line: string) => void): Promise<Figure[]>;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('the median of nothing');
  return (upper + lower) / 2;
}

type Measured = readonly [name: string, unit: Figure['unit'], value: number, goal: number];

/** A figure that must not be above a bound. */
export function bounded(...[name, unit, value, goal]: Measured): Figure {
  return { name, value: rounded(value), unit, floor: null, ratio: null, goal, goalOf: 'value', met: value <= goal };
}

/** The same beside what the best that is possible took in the same run, which tells how much of it is the machine’s. */
export function besideFloor(floor: number, figure: Figure): Figure {
  return { ...figure, floor: rounded(floor), ratio: rounded(figure.value / floor) };
}

/** A figure that must not be more than `goal` times what its floor took in the same run. */
export function comparedTo(floor: number, ...[name, unit, value, goal]: Measured): Figure {
  const figure = besideFloor(floor, bounded(name, unit, value, goal));
  return { ...figure, goalOf: 'ratio', met: value / floor <= goal };
}
