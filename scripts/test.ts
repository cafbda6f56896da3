/**
 * `npm test`: the test suites, each with what it needs running on ports of its own, so that a running `npm start` is
 * not disturbed. The last line sums all suites.
 *
 *   npm test                              every suite; in CI (CI=true) a few of the faults
 *   npm test -- faults                    hosts killed, frozen and cut off: the longest of them
 *   npm test -- rules journeys            these suites
 *   npm test -- unit --grep backoff       what follows the suites goes to mocha
 *   npm test -- path/to/a.test.ts         only these files, each in its suite; in another with its name before them
 *   npm test -- faults --times 20         each file so often, one after the other: is it green by chance?
 */
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { numberIn, objectIn, textsIn } from './lib/json.ts';
import { startChild, stopAll, type Child, type Exit } from './lib/processes.ts';
import { secondsOf, showProgress, table } from './lib/progress.ts';
import { ROOT, toolScript } from './lib/repo.ts';
import { onStopAsked } from './lib/shutdown.ts';
import { openStand, type Stand } from './lib/stand.ts';
import { isOf, SUITES, type Suite } from './lib/suites.ts';

/** How long mocha may take to end after its last test, ms. */
const LINGER_MS = 20_000;

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

async function runMocha(suite: Suite, { env, logs }: Stand, extra: readonly string[]): Promise<Outcome> {
  const counts = path.join(logs.folder, 'counts.json');
  rmSync(counts, { force: true });
  const hasFiles = extra.some(isFile);
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

/** One mocha run. */
interface Part {
  /** Names its row in the report. */
  readonly title: string;
  /** Names its logs. */
  readonly logs: string;
  readonly args: readonly string[];
  /** Nothing else is run against its stand. */
  readonly isLast: boolean;
}

/** The files of a suite that are run one by one. */
function filesOf(name: string, { specs, inCi }: Suite, isNamed: boolean): readonly string[] {
  const all = specs.flatMap((spec) => globSync(spec, { cwd: ROOT })).sort();
  if (!inCi || isNamed || process.env['CI'] !== 'true') return all;
  const some = all.filter((file) => inCi.test(file));
  progress.say(
    `${name}: ${String(some.length)} of ${String(all.length)} files in CI; npm run test:${name} runs all of them`,
  );
  return some;
}

/** The mocha runs a suite is made of. */
function partsOf(name: string, suite: Suite, { named, extra, times }: Asked): readonly Part[] {
  const repeated = ({ title, args }: Pick<Part, 'title' | 'args'>, isLast: (run: number) => boolean): Part[] =>
    Array.from({ length: times }, (_, index) => {
      const run = index + 1;
      return { title, args, isLast: isLast(run), logs: times === 1 ? title : `${title}-run-${String(run)}` };
    });
  if (!suite.fileByFile) return repeated({ title: name, args: extra }, () => true);
  const files = extra.filter(isFile);
  const others = extra.filter((argument) => !isFile(argument));
  const all = files.length > 0 ? files : filesOf(name, suite, named.length > 0);
  return all.flatMap((file) =>
    repeated(
      { title: `${name}-${path.basename(file, '.test.ts')}`, args: [...others, file] },
      (run) => (file === all.at(-1) && run === times) || suite.wearing?.test(file) === true,
    ),
  );
}

/** The stand that is there, if it could be cleared; a new one otherwise. */
async function freshStand(suite: Suite, name: string, stand: Stand | null): Promise<Stand> {
  try {
    await stand?.clear();
    if (stand) return stand;
  } catch (error) {
    progress.say(`starting anew: ${error instanceof Error ? error.message : String(error)}`);
    await stand?.close();
  }
  return openStand(name, suite, progress);
}

/** Runs a part against a stand that is there, or else against a new one. */
async function runPart(suite: Suite, part: Part, stand: Stand | null): Promise<{ result: Result; left: Stand | null }> {
  const startedAt = performance.now();
  const finish = (outcome: Outcome, left: Stand | null) => {
    return { result: { name: part.title, ms: performance.now() - startedAt, ...outcome }, left };
  };
  progress.say(`\n${part.title}`);
  try {
    const used = await freshStand(suite, part.logs, stand);
    const outcome = await runMocha(suite, used, part.args);
    if (outcome.failed === 0 && !part.isLast) return finish(outcome, used);
    await used.close();
    if (outcome.failed === 0) used.logs.remove();
    else progress.say(`${part.logs}: logs in ${used.logs.folder}`);
    return finish(outcome, null);
  } catch (error) {
    progress.say(error instanceof Error ? error.message : String(error));
    await stopAll();
    return finish({ passed: 0, failed: 1, trouble: 'did not start', told: [] }, null);
  }
}

async function runSuite(name: string, suite: Suite, asked: Asked): Promise<readonly Result[]> {
  const results: Result[] = [];
  let stand: Stand | null = null;
  for (const part of partsOf(name, suite, asked)) {
    const { result, left } = await runPart(suite, part, stand);
    results.push(result);
    stand = left;
  }
  return results;
}

function sum(results: readonly Result[], pick: (result: Result) => number): number {
  return results.reduce((total, result) => total + pick(result), 0);
}

/** What became of all runs of one part. */
function rowOf(name: string, runs: readonly Result[]): string[] {
  const [passed, failed] = [sum(runs, (run) => run.passed), sum(runs, (run) => run.failed)];
  const often =
    runs.length > 1
      ? [`${String(runs.filter((run) => run.failed === 0).length)} of ${String(runs.length)} runs green`]
      : [];
  const troubles = runs.map(({ trouble }) => trouble).filter((trouble) => trouble !== '');
  const seconds = `${secondsOf(sum(runs, ({ ms }) => ms))} s`;
  return [name, `${String(passed)} passed`, `${String(failed)} failed`, seconds, [...often, ...troubles].join('; ')];
}

function report(results: readonly Result[]): boolean {
  const rows = [...Map.groupBy(results, ({ name }) => name)].map(([name, runs]) => rowOf(name, runs));
  const failed = sum(results, (result) => result.failed);
  for (const failure of results.flatMap(({ name, told }) => told.map((one) => `${name}: ${one}`))) {
    process.stdout.write(`\n${failure}\n`);
  }
  process.stdout.write(`\n${table(rows)}\n`);
  process.stdout.write(`${String(sum(results, ({ passed }) => passed))} passed, ${String(failed)} failed\n`);
  return failed === 0;
}

interface Asked {
  /** Suites; empty: all of them. */
  readonly named: readonly string[];
  /** What mocha is told. */
  readonly extra: readonly string[];
  /** How often each part is run. */
  readonly times: number;
}

/** @returns what is wrong with the arguments, in words, when something is. */
function readArguments(args: readonly string[]): Asked | string {
  const firstExtra = args.findIndex((argument) => !Object.hasOwn(SUITES, argument));
  const named = firstExtra < 0 ? args : args.slice(0, firstExtra);
  const extra = firstExtra < 0 ? [] : args.slice(firstExtra);
  const stray = extra.find((argument, index) => isStray(argument, extra[index - 1]));
  if (stray !== undefined) {
    const suites = Object.keys(SUITES).join(', ');
    return `there is no suite and no file "${stray}"; suites are ${suites}; a file is named by its path, as in test/journeys/linking.test.ts`;
  }
  const at = extra.indexOf('--times');
  if (at < 0) return { named, extra, times: 1 };
  const times = Number(extra[at + 1]);
  if (!Number.isInteger(times) || times < 1) return '--times takes a whole number from 1, as in --times 20';
  return { named, extra: extra.toSpliced(at, 2), times };
}

function isFile(argument: string): boolean {
  return argument.endsWith('.test.ts');
}

/** What is asked of one suite; `null`: nothing. Files alone stand for the suites they are of. */
function askedOf(name: string, suite: Suite, asked: Asked): Asked | null {
  const { named, extra } = asked;
  if (named.length > 0) return named.includes(name) ? asked : null;
  if (!extra.some(isFile)) return asked;
  const own = extra.filter((argument) => !isFile(argument) || isOf(suite, argument));
  return own.some(isFile) ? { ...asked, extra: own } : null;
}

/** What is neither an option nor the value of one names files. If there are none, mocha would run all that there are. */
function isStray(argument: string, before: string | undefined): boolean {
  const isOfOption = argument.startsWith('-') || before?.startsWith('-') === true;
  return !isOfOption && globSync(argument, { cwd: ROOT }).length === 0;
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (typeof asked === 'string') {
    progress.say(asked);
    process.exitCode = 2;
    return;
  }
  onStopAsked((reason) => {
    progress.say(`\n${reason}: stopping everything ...`);
    void stopAll().then(() => process.exit(130));
  });
  const results: Result[] = [];
  for (const [name, suite] of Object.entries(SUITES)) {
    const ofIt = askedOf(name, suite, asked);
    if (ofIt) results.push(...(await runSuite(name, suite, ofIt)));
  }
  if (results.length === 0) progress.say('none of these files is of a suite');
  process.exitCode = results.length > 0 && report(results) ? 0 : 1;
}

await main();
