/**
 * Starts the programs of a local run and makes sure that none outlives it: `stop` asks, then kills, grandchildren
 * included; a guard process does the same should this process die without a word (SIGKILL, crash).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { killMarked, withMark } from './marks.ts';
import { ROOT, stateFolder } from './repo.ts';

/** How long a program usually gets to end by itself after SIGTERM, ms. A host takes 8 s at most. */
const GRACE_MS = 12_000;

/** Node keeps what it has compiled: the next process of the same program starts a third sooner. */
const COMPILED = { NODE_COMPILE_CACHE: stateFolder('compile-cache') };

const runMark = `run-${randomBytes(6).toString('hex')}`;
const living = new Map<Child, Start>();
let guard: ChildProcess | null = null;
let count = 0;

export interface Start {
  /** What people know it as; names the log too. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Where its output goes: a file, or this process's own output. */
  readonly output: { readonly file: string } | 'inherit';
  /** How long it gets to end by itself after SIGTERM, ms. */
  readonly graceMs?: number;
  /** Others talk to it, so it is stopped after them. */
  readonly servesOthers?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** How it ended; `null` while it runs. */
  exit(): Exit | null;
  /** All it has printed so far; empty when it prints to our own output. */
  printed(): string;
  /** Asks it to end and waits; kills it and all it started after a bound. */
  stop(): Promise<void>;
  /** Kills it and all it started, at once. */
  kill(): Promise<void>;
}

/** Starts the guard with the first child: a process that starts nothing needs none. */
function ensureGuard(): void {
  if (guard) return;
  const script = path.join(ROOT, 'scripts', 'lib', 'guard.ts');
  guard = spawn(process.execPath, [script, runMark], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: ROOT,
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
}

function outputOf(start: Start): number | 'inherit' {
  return start.output === 'inherit' ? 'inherit' : openSync(start.output.file, 'w');
}

/** What goes to a file is read as text later: without colours. */
function plainText(start: Start): Record<string, string | undefined> {
  return start.output === 'inherit' ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined };
}

/** Starts a program in a process group of its own, so that a Ctrl-C reaches it only through `stop`. */
export function startChild(start: Start): Child {
  ensureGuard();
  count += 1;
  const mark = `${runMark}-${String(count)}`;
  const output = outputOf(start);
  const child = spawn(start.command, start.args, {
    cwd: start.cwd ?? ROOT,
    env: withMark(withMark({ ...COMPILED, ...process.env, ...plainText(start), ...start.env }, runMark), mark),
    stdio: ['ignore', output, output],
    detached: true,
  });
  if (output !== 'inherit') closeSync(output);
  // Reported by the missing id; without a listener it would end this process too.
  child.once('error', () => undefined);
  if (child.pid === undefined) throw new Error(`${start.name}: ${start.command} could not be started`);
  return follow(start, child, child.pid, mark);
}

function follow(start: Start, spawned: ChildProcess, pid: number, mark: string): Child {
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    spawned.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  const graceMs = start.graceMs ?? GRACE_MS;
  const endWith = async (signal: NodeJS.Signals): Promise<void> => {
    if (!exit) spawned.kill(signal);
    const bound = new AbortController();
    await Promise.race([exited, delay(graceMs, undefined, { signal: bound.signal }).catch(() => undefined)]);
    bound.abort();
    await killMarked(mark);
    await exited;
    living.delete(child);
  };
  const child: Child = {
    name: start.name,
    pid,
    exited,
    exit: () => exit,
    printed: () => (start.output === 'inherit' ? '' : readFileSync(start.output.file, 'utf8')),
    stop: () => endWith('SIGTERM'),
    kill: () => endWith('SIGKILL'),
  };
  living.set(child, start);
  return child;
}

/** Stops everything this process has started and not yet stopped: together, but clients before what they talk to. */
export async function stopAll(): Promise<void> {
  const started = [...living];
  for (const servesOthers of [false, true]) {
    const layer = started.filter(([, start]) => (start.servesOthers ?? false) === servesOthers);
    await Promise.all(layer.map(([child]) => child.stop()));
  }
  await killMarked(runMark);
}

/** The last lines a program printed, for an error message. */
export function lastLines(child: Child, lines = 25): string {
  return child.printed().trimEnd().split('\n').slice(-lines).join('\n');
}
