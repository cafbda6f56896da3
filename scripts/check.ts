/**
 * `npm run check`: everything about the code that a tool can judge without running it. Prints only what is wrong.
 *
 *   npm run check               all of it
 *   npm run check -- lint types only these
 */
import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, stopAll } from './lib/processes.ts';
import { secondsOf, table } from './lib/progress.ts';
import { toolScript } from './lib/repo.ts';
import { openRunLogs } from './lib/run-logs.ts';
import { onStopAsked } from './lib/shutdown.ts';

/** The longest first, so that the short ones fill the gaps beside it. */
const CHECKS: Readonly<Record<string, readonly [tool: string, ...args: string[]]>> = {
  lint: ['eslint', '--max-warnings', '0', '.'],
  types: ['tsc', '-p', '.'],
  'console types': ['tsc', '-p', 'console'],
  imports: ['depcruise', '--config', '.dependency-cruiser.cjs', '.'],
  'dead code': ['knip', '--no-progress'],
  format: ['prettier', '--check', '--log-level', 'warn', '.', '!firebase.local.*'],
};

interface Result {
  readonly name: string;
  readonly isClean: boolean;
  readonly ms: number;
  readonly output: string;
}

async function run(name: string, folder: string, [tool, ...args]: readonly [string, ...string[]]): Promise<Result> {
  const startedAt = performance.now();
  const file = path.join(folder, `${name.replace(' ', '-')}.log`);
  const child = startChild({ name, command: process.execPath, args: [toolScript(tool), ...args], output: { file } });
  const { code } = await child.exited;
  return { name, isClean: code === 0, ms: performance.now() - startedAt, output: readFileSync(file, 'utf8').trim() };
}

/** Runs the checks side by side, as many at once as there are cores. */
async function runAll(names: readonly string[], folder: string): Promise<Result[]> {
  const waiting = [...names];
  const results: Result[] = [];
  const takeTurns = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const command = CHECKS[name];
      if (!command) continue;
      const result = await run(name, folder, command);
      results.push(result);
      process.stderr.write(`${name.padEnd(10)} ${result.isClean ? 'clean' : 'FAULTS'} ${secondsOf(result.ms)} s\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
  return results;
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !Object.hasOwn(CHECKS, name));
  if (unknown.length > 0) throw new Error(`no such check: ${unknown.join(', ')} (${Object.keys(CHECKS).join(', ')})`);
  onStopAsked(() => {
    void stopAll().then(() => process.exit(130));
  });
  const logs = openRunLogs('check');
  const results = await runAll(asked.length > 0 ? asked : Object.keys(CHECKS), logs.folder);
  logs.remove();
  const failing = results.filter((result) => !result.isClean);
  for (const { name, output } of failing) process.stdout.write(`\n── ${name}\n${output}\n`);
  const rows = results.map(({ name, isClean, ms }) => [name, isClean ? 'clean' : 'FAULTS', `${secondsOf(ms)} s`]);
  process.stdout.write(`\n${table(rows)}\n`);
  process.stdout.write(`${String(results.length - failing.length)} passed, ${String(failing.length)} failed\n`);
  process.exitCode = failing.length === 0 ? 0 : 1;
}

await main();
