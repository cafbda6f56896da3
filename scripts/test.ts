/**
 * `npm test`: the test suites, each with what it needs running on ports of its own, so that a running `npm start` is
 * not disturbed. The last line sums all suites.
 *
 *   npm test                              every suite; in CI (CI=true) all but the faults
 *   npm test -- faults                    hosts killed, frozen and cut off: the longest of them
 *   npm test -- rules journeys            these suites
 *   npm test -- unit --grep backoff       what follows the suites goes to mocha
 *   npm test -- unit path/to/a.test.ts    only these files, with the emulators of that suite
 */
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCountingProxy } from '../test/support/counting-proxy.ts';
import { numberIn, objectIn, textsIn } from './lib/json.ts';
import { startEmulators, type Emulator } from './lib/emulators.ts';
import { freePorts } from './lib/ports.ts';
import { startChild, stopAll, type Child, type Exit } from './lib/processes.ts';
import { secondsOf, showProgress, table } from './lib/progress.ts';
import { ROOT, toolScript } from './lib/repo.ts';
import { openRunLogs, type RunLogs } from './lib/run-logs.ts';
import { seedDemoStaff } from './lib/seed.ts';
import { onStopAsked } from './lib/shutdown.ts';
import { startSimulator } from './lib/simulator.ts';

/** How long mocha may take to end after its last test, ms. */
const LINGER_MS = 20_000;

interface Suite {
  readonly specs: readonly string[];
  readonly emulators: readonly Emulator[];
  readonly simulator: boolean;
  /** Bound of one test, ms. */
  readonly timeoutMs: number;
  /** Ends mocha by force after the last test: Baileys leaves timers of minutes behind, which nobody can clear. */
  readonly exit?: boolean;
  /** A run of its own for each file: its tests cut connections, and the Firestore emulator does not survive every cut. */
  readonly fileByFile?: boolean;
  /** Not part of the gate (CI=true) unless it is named, because of this. */
  readonly outOfCi?: string;
  /** Functions reach Firestore through a proxy that counts, and tests are told where hosts find it. */
  readonly isCounted?: boolean;
}

const SUITES: Readonly<Record<string, Suite>> = {
  unit: {
    specs: ['{contract,functions,socket-host,simulator,console,scripts}/**/*.test.ts', 'test/support/**/*.test.ts'],
    emulators: ['auth', 'firestore'],
    simulator: false,
    timeoutMs: 60_000,
  },
  check: { specs: ['test/check/**/*.test.ts'], emulators: [], simulator: false, timeoutMs: 240_000 },
  rules: { specs: ['test/rules/**/*.test.ts'], emulators: ['auth', 'firestore'], simulator: false, timeoutMs: 60_000 },
  journeys: {
    specs: ['test/journeys/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions'],
    simulator: true,
    timeoutMs: 120_000,
    exit: true,
  },
  operations: {
    specs: ['test/operations/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions'],
    simulator: true,
    timeoutMs: 240_000,
    exit: true,
    isCounted: true,
  },
  browser: {
    specs: ['test/browser/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions', 'hosting'],
    simulator: true,
    timeoutMs: 240_000,
    exit: true,
  },
  load: {
    specs: ['test/load/**/*.test.ts'],
    emulators: ['auth', 'firestore'],
    simulator: true,
    timeoutMs: 600_000,
    exit: true,
  },
  faults: {
    specs: ['test/faults/**/*.test.ts'],
    emulators: ['auth', 'firestore', 'functions'],
    simulator: true,
    timeoutMs: 240_000,
    exit: true,
    fileByFile: true,
    outOfCi: 'half an hour of tests that have not been seen green twenty times in a row yet',
  },
};

interface Result {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly ms: number;
  /** Why a suite failed that has no failed test; empty otherwise. */
  readonly trouble: string;
  /** The failed tests, each with what was wrong, to be repeated at the end: a CI log may show no more than that. */
  readonly told: readonly string[];
}

const progress = showProgress((line) => process.stderr.write(`${line}\n`));

async function environmentFor(suite: Suite, logs: RunLogs): Promise<Record<string, string>> {
  // Some of what tests start is told its key; any will do, since nothing outlives a suite.
  const env: Record<string, string> = { SESSION_KEK: randomBytes(32).toString('hex'), SWITCHBOARD_SUITE: logs.name };
  if (suite.emulators.length === 0) return env;
  const ports = await freePorts();
  const counter = suite.isCounted ? await startCountingProxy(`127.0.0.1:${String(ports.firestore)}`) : null;
  if (counter) Object.assign(env, { COUNTED_FIRESTORE: counter.address, OPERATION_COUNTS_URL: counter.countsUrl });
  const start = { only: suite.emulators, ports, logs: logs.name, countedFirestore: counter?.address };
  const emulators = await progress.step('emulators', () => startEmulators(start));
  Object.assign(env, emulators.env, { EMULATORS_PID: String(emulators.process.pid) });
  if (suite.emulators.includes('auth')) await progress.step('sign-ins', () => seedDemoStaff(emulators.env));
  if (suite.simulator) {
    const start = { port: ports.simulator, logs: logs.name };
    const simulator = await progress.step('simulator', () => startSimulator(start));
    env['SIMULATOR_URL'] = simulator.url;
  }
  return env;
}

type Outcome = Omit<Result, 'name' | 'ms'>;

/** Sums up a mocha run from its counts and from how it ended: whatever went wrong beside the tests is a failure too. */
function outcomeOf(counts: string, exit: Exit | 'stuck'): Outcome {
  const how = exit === 'stuck' ? 'did not end after its last test' : `exit code ${String(exit.code ?? exit.signal)}`;
  if (!existsSync(counts)) return { passed: 0, failed: 1, trouble: `ended early, ${how}`, told: [] };
  const read = objectIn(JSON.parse(readFileSync(counts, 'utf8')), counts);
  const passed = numberIn(read, 'passed', counts);
  const failed = numberIn(read, 'failed', counts);
  const told = textsIn(read, 'told', counts);
  if (passed + failed === 0) return { passed, failed: 1, trouble: 'ran no test', told };
  const isUnexplained = exit === 'stuck' || (exit.code !== 0 && failed === 0);
  return isUnexplained ? { passed, failed: failed + 1, trouble: how, told } : { passed, failed, trouble: '', told };
}

/** Waits for mocha to end, though not for ever after its last test: something left open would hold it. */
async function ended(child: Child, counts: string): Promise<Exit | 'stuck'> {
  const bound = new AbortController();
  const stuck = async (): Promise<'stuck'> => {
    while (!existsSync(counts)) await delay(250, undefined, { signal: bound.signal });
    await delay(LINGER_MS, undefined, { signal: bound.signal });
    return 'stuck';
  };
  try {
    return await Promise.race([child.exited, stuck()]);
  } finally {
    bound.abort();
  }
}

async function runMocha(suite: Suite, env: Record<string, string>, logs: RunLogs, extra: readonly string[]) {
  const counts = path.join(logs.folder, 'counts.json');
  const hasFiles = extra.some((argument) => argument.endsWith('.test.ts'));
  const child = startChild({
    name: 'tests',
    command: process.execPath,
    args: [
      toolScript('mocha'),
      ...['--reporter', 'scripts/lib/mocha-reporter.ts', '--timeout', String(suite.timeoutMs)],
      ...(suite.exit ? ['--exit'] : []),
      ...extra,
      ...(hasFiles ? [] : suite.specs),
    ],
    env: { ...env, SWITCHBOARD_TEST_COUNTS: counts },
    output: 'inherit',
  });
  const exit = await ended(child, counts);
  await child.stop();
  return outcomeOf(counts, exit);
}

async function runSuite(name: string, suite: Suite, extra: readonly string[]): Promise<Result> {
  const startedAt = performance.now();
  const logs = openRunLogs(name);
  const finish = (outcome: Outcome): Result => {
    if (outcome.failed === 0) logs.remove();
    else progress.say(`${name}: logs in ${logs.folder}`);
    return { name, ms: performance.now() - startedAt, ...outcome };
  };
  progress.say(`\n${name}`);
  try {
    const env = await environmentFor(suite, logs);
    const outcome = await runMocha(suite, env, logs, extra);
    await stopAll();
    return finish(outcome);
  } catch (error) {
    progress.say(error instanceof Error ? error.message : String(error));
    await stopAll();
    return finish({ passed: 0, failed: 1, trouble: 'did not start', told: [] });
  }
}

function report(results: readonly Result[]): boolean {
  const rows = results.map(({ name, passed, failed, ms, trouble }) => {
    return [name, `${String(passed)} passed`, `${String(failed)} failed`, `${secondsOf(ms)} s`, trouble];
  });
  const sum = (pick: (result: Result) => number) => results.reduce((total, result) => total + pick(result), 0);
  const failed = sum((result) => result.failed);
  for (const failure of results.flatMap(({ name, told }) => told.map((one) => `${name}: ${one}`))) {
    process.stdout.write(`\n${failure}\n`);
  }
  process.stdout.write(`\n${table(rows)}\n`);
  process.stdout.write(`${String(sum((result) => result.passed))} passed, ${String(failed)} failed\n`);
  return failed === 0;
}

/** One mocha run. */
interface Part {
  /** Names its row in the report and its logs. */
  readonly title: string;
  readonly args: readonly string[];
}

/** The mocha runs a suite is made of. */
function partsOf(name: string, suite: Suite, extra: readonly string[]): readonly Part[] {
  if (!suite.fileByFile) return [{ title: name, args: extra }];
  const files = extra.filter((argument) => argument.endsWith('.test.ts'));
  const others = extra.filter((argument) => !files.includes(argument));
  const all = files.length > 0 ? files : suite.specs.flatMap((spec) => globSync(spec, { cwd: ROOT })).sort();
  return all.map((file) => ({ title: `${name}-${path.basename(file, '.test.ts')}`, args: [...others, file] }));
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const firstExtra = args.findIndex((argument) => !Object.hasOwn(SUITES, argument));
  const named = firstExtra < 0 ? args : args.slice(0, firstExtra);
  const extra = firstExtra < 0 ? [] : args.slice(firstExtra);
  const isAsked = ([name, suite]: readonly [string, Suite]): boolean => {
    if (named.length > 0) return named.includes(name);
    if (suite.outOfCi === undefined || process.env['CI'] !== 'true') return true;
    progress.say(`${name}: not run in CI (${suite.outOfCi}); npm run test:${name} runs it`);
    return false;
  };
  onStopAsked((reason) => {
    progress.say(`\n${reason}: stopping everything ...`);
    void stopAll().then(() => process.exit(130));
  });
  const results: Result[] = [];
  for (const [name, suite] of Object.entries(SUITES).filter(isAsked)) {
    for (const { title, args: own } of partsOf(name, suite, extra)) results.push(await runSuite(title, suite, own));
  }
  process.exitCode = report(results) ? 0 : 1;
}

await main();
