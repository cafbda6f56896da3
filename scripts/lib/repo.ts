/** Where things are in this repository, and what the local project is called. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `demo-` ids never touch a real project: firebase-tools and the SDKs refuse to. */
export const PROJECT_ID = 'demo-switchboard';

/** Everything a local run keeps: logs, the key of local sessions. Not in git, safe to delete. */
const STATE_DIR = path.join(ROOT, '.switchboard');

/** The script behind a command of node_modules/.bin, to be run by the Node that runs us. */
export function toolScript(name: string): string {
  return path.join(ROOT, 'node_modules', '.bin', name);
}

/** Makes a folder under the state folder and returns its path. */
export function stateFolder(...parts: readonly string[]): string {
  const folder = path.join(STATE_DIR, ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
