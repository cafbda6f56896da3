/** A folder of logs per run, since several runs of one suite may go on side by side. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from './repo.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Removes what earlier runs of the same name left; a failed run leaves its logs to be read until then. */
function removeOld(name: string): void {
  const logs = stateFolder('logs');
  for (const folder of readdirSync(logs)) {
    const pid = folder.startsWith(`${name}-`) ? Number(folder.slice(name.length + 1)) : NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(path.join(logs, folder), { recursive: true, force: true });
  }
}

export interface RunLogs {
  /** The folder's name under the logs. */
  readonly name: string;
  readonly folder: string;
  remove(): void;
}

/** Opens the log folder of this run of `name`. */
export function openRunLogs(name: string): RunLogs {
  removeOld(name);
  const own = `${name}-${String(process.pid)}`;
  const folder = stateFolder('logs', own);
  return {
    name: own,
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
