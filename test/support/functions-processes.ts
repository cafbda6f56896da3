/** The processes the functions emulator runs functions in: what a crash of the functions takes down. */
import { execFileSync } from 'node:child_process';
import { stack } from './stack.ts';

const PROGRAM = 'functionsEmulatorRuntime';

function runtimePids(): number[] {
  const listing = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,command='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return listing
    .split('\n')
    .filter((line) => line.includes(PROGRAM))
    .map((line) => /^\s*(\d+)\s+(\d+)\s/.exec(line))
    .flatMap((match) => (match && Number(match[2]) === stack.emulatorsPid() ? [Number(match[1])] : []));
}

/** Kills every process that runs functions at this moment; the emulator starts new ones for the next events. @returns how many. */
export function killFunctions(): number {
  const pids = runtimePids();
  let killed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch {
      // Ended by itself since it was listed.
    }
  }
  return killed;
}
