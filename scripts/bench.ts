/**
 * `npm run bench`: measures, each benchmark on emulators and a simulator of its own, and writes `bench/results/NAME.json`.
 *
 *   npm run bench                      all
 *   npm run bench -- --only failover   one
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Bench, Figure } from '../bench/bench.ts';
import { startCountingProxy } from '../test/support/counting-proxy.ts';
import { startEmulators, type Emulator } from './lib/emulators.ts';
import { freePorts } from './lib/ports.ts';
import { stopAll } from './lib/processes.ts';
import { secondsOf, showProgress, table } from './lib/progress.ts';
import { ROOT } from './lib/repo.ts';
import { openRunLogs } from './lib/run-logs.ts';
import { seedDemoStaff } from './lib/seed.ts';
import { onStopAsked } from './lib/shutdown.ts';
import { startSimulator } from './lib/simulator.ts';

const RESULTS = path.join(ROOT, 'bench', 'results');
/** Loaded late: they read from the environment where the stack is. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  console: async () => (await import('../bench/console.ts')).consoleBench,
  failover: async () => (await import('../bench/failover.ts')).failover,
  operations: async () => (await import('../bench/operations.ts')).operations,
};

const progress = showProgress((line) => process.stderr.write(`${line}\n`));

function machine(): string {
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${String(cpus().length)} × ${processor?.model ?? 'unknown'}, ${String(memory)} GB, ${process.platform}, Node ${process.version}`;
}

async function startStack(logs: string, hasConsole: boolean): Promise<void> {
  const ports = await freePorts();
  const only: readonly Emulator[] = ['auth', 'firestore', 'functions', ...(hasConsole ? (['hosting'] as const) : [])];
  const counter = await startCountingProxy(`127.0.0.1:${String(ports.firestore)}`);
  const start = { only, ports, logs, countedFirestore: counter.address };
  const emulators = await progress.step('emulators', () => startEmulators(start));
  await seedDemoStaff(emulators.env);
  const simulator = await progress.step('simulator', () => startSimulator({ port: ports.simulator, logs }));
  Object.assign(process.env, emulators.env, {
    COUNTED_FIRESTORE: counter.address,
    OPERATION_COUNTS_URL: counter.countsUrl,
    SIMULATOR_URL: simulator.url,
    SESSION_KEK: randomBytes(32).toString('hex'),
    SWITCHBOARD_SUITE: logs,
  });
}

async function writeResult(name: string, figures: readonly Figure[]): Promise<void> {
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, `${name}.json`);
  const result = { name, at: new Date().toISOString(), machine: machine(), figures };
  // Committed like any other file, so formatted like any other file.
  const options = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(result), { ...options, filepath: file }));
}

function show(figures: readonly Figure[]): void {
  const rows = figures.map(({ name, value, unit, floor, ratio, goal, goalOf, met }) => [
    name,
    `${String(value)} ${unit}`,
    floor === null ? '' : `floor ${String(floor)} ${unit}, ratio ${String(ratio)}`,
    `goal ≤ ${String(goal)} ${goalOf === 'value' ? unit : '× the floor'}`,
    met ? 'met' : 'MISSED',
  ]);
  process.stdout.write(`\n${table(rows)}\n`);
}

/** @returns whether every goal was met. */
async function measure(name: string, load: () => Promise<Bench>): Promise<boolean> {
  const startedAt = performance.now();
  const logs = openRunLogs(`bench-${name}`);
  let figures: readonly Figure[];
  try {
    await startStack(logs.name, name === 'console');
    const { closeAll } = await import('../test/support/clean-up.ts');
    const bench = await load();
    figures = await bench
      .run((line) => {
        progress.say(line);
      })
      .finally(closeAll);
    await writeResult(bench.name, figures);
    progress.say(`${name}: ${secondsOf(performance.now() - startedAt)} s, written to bench/results/${name}.json`);
    show(figures);
  } finally {
    await stopAll();
  }
  // Not while anything still writes to them.
  logs.remove();
  return figures.every(({ met }) => met);
}

function wanted(args: readonly string[]): string[] {
  const [flag, name, ...rest] = args;
  if (flag === undefined) return Object.keys(BENCHES);
  if (flag !== '--only' || name === undefined || rest.length > 0 || !Object.hasOwn(BENCHES, name)) {
    throw new Error(`usage: npm run bench [-- --only ${Object.keys(BENCHES).join('|')}]`);
  }
  return [name];
}

async function main(): Promise<void> {
  onStopAsked((reason) => {
    progress.say(`\n${reason}: stopping everything ...`);
    void stopAll().then(() => process.exit(130));
  });
  let isAllMet = true;
  for (const name of wanted(process.argv.slice(2))) {
    const load = BENCHES[name];
    if (load) isAllMet = (await measure(name, load)) && isAllMet;
  }
  // What the measured programs leave open (the library's timers of minutes) must not hold us.
  process.exit(isAllMet ? 0 : 1);
}

try {
  await main();
} catch (error) {
  progress.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  await stopAll();
  process.exit(1);
}
