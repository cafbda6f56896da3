/**
 * The console as one local run serves it: a build in a folder of that run, with the settings that tell it where the
 * run's emulators are. Runs beside each other share nothing.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Ports } from './ports.ts';
import { lastLines, startChild } from './processes.ts';
import { PROJECT_ID, ROOT, stateFolder, toolScript } from './repo.ts';
import { DEMO_SIGN_INS } from './seed.ts';
import { StartError } from './until.ts';

const FOLDER = path.join(ROOT, 'console');

export interface Site {
  /** Relative to the repository, as firebase.json wants it. */
  readonly folder: string;
  readonly remove: () => void;
}

async function build(logs: string, outDir: string): Promise<void> {
  const child = startChild({
    name: 'console build',
    command: process.execPath,
    args: [toolScript('vite'), 'build', FOLDER, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'],
    output: { file: path.join(logs, 'console-build.log') },
  });
  const { code } = await child.exited;
  if (code !== 0) throw new StartError(`The console could not be built:\n\n${lastLines(child)}\n`);
}

function settingsFor(ports: Ports): object {
  const at = (port: number) => `127.0.0.1:${String(port)}`;
  return {
    firebase: { apiKey: 'emulator', projectId: PROJECT_ID, authDomain: `${PROJECT_ID}.firebaseapp.com` },
    emulators: { auth: at(ports.auth), firestore: at(ports.firestore), functions: at(ports.functions) },
    demoSignIns: DEMO_SIGN_INS.map(({ email, password }) => ({ email, password })),
  };
}

/**
 * Builds the console and lays it out for one run.
 *
 * @throws StartError with what the build printed.
 */
export async function layOutConsole(ports: Ports, logs: string): Promise<Site> {
  const name = String(ports.hosting);
  const folder = stateFolder('sites', name);
  rmSync(folder, { recursive: true, force: true });
  await build(logs, folder);
  writeFileSync(path.join(folder, 'config.json'), `${JSON.stringify(settingsFor(ports), null, 2)}\n`);
  return {
    folder: path.relative(ROOT, folder),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
