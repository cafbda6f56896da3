/**
 * Finds processes by a mark in their environment. Children inherit it, whatever session or process group they move to
 * (the emulators' Java runs in a session of its own) and whoever their parent is after a crash: so nothing gets lost.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The environment variable that holds the marks, each between colons, outermost first. */
const VARIABLE = 'SWITCHBOARD_MARKS';

/** The environment that adds `mark` to those already in `environment`. */
export function withMark(environment: NodeJS.ProcessEnv, mark: string): NodeJS.ProcessEnv {
  return { ...environment, [VARIABLE]: `${environment[VARIABLE] ?? ':'}${mark}:` };
}

function environmentOnLinux(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/environ`, 'latin1');
  } catch {
    // Gone in the meantime, or somebody else's.
    return '';
  }
}

function markedOnLinux(mark: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => isMarked(environmentOnLinux(pid), mark));
}

function markedElsewhere(mark: string): number[] {
  const listing = execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const lines = listing.split('\n').filter((line) => isMarked(line, mark));
  return lines.map((line) => Number.parseInt(line, 10));
}

function isMarked(environment: string, mark: string): boolean {
  const start = environment.indexOf(`${VARIABLE}=`);
  return (
    start >= 0 &&
    environment
      .slice(start)
      .split(/[\0\s]/, 1)[0]
      ?.includes(`:${mark}:`) === true
  );
}

/** The ids of all living processes that carry a mark, without our own. */
export function markedProcesses(mark: string): number[] {
  const pids = process.platform === 'linux' ? markedOnLinux(mark) : markedElsewhere(mark);
  return pids.filter((pid) => pid !== process.pid);
}

/** Sends a signal to a process that may be gone already. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it was gone already, which is what a signal is for.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie answers too; it waits for its parent only.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Kills whatever carries a mark, and returns once none of it is left. What was forked in the meantime is found by the next round. A
 * process that dies loses its mark first, and its ports and files only after that.
 */
export async function killMarked(mark: string): Promise<void> {
  let dying: readonly number[] = [];
  for (let round = 0; round < 100; round += 1) {
    const marked = markedProcesses(mark);
    for (const pid of marked) signalIfAlive(pid, 'SIGKILL');
    dying = [...new Set([...marked, ...dying])].filter(isAlive);
    if (dying.length === 0) return;
    await delay(20);
  }
  throw new Error(`processes ${dying.join(', ')} cannot be killed`);
}
