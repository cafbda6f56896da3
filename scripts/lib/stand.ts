/**
 * What the tests of a suite run against: its emulators, its simulator and the settings of what tests start themselves, on ports of
 * their own. One stand serves several runs, one after the other.
 */
import { randomBytes } from 'node:crypto';
import { startCountingProxy } from '../../test/support/counting-proxy.ts';
import { startEmulators } from './emulators.ts';
import { freePorts } from './ports.ts';
import { stopAll } from './processes.ts';
import type { Progress } from './progress.ts';
import { PROJECT_ID } from './repo.ts';
import { openRunLogs, type RunLogs } from './run-logs.ts';
import { seedDemoStaff } from './seed.ts';
import { startSimulator } from './simulator.ts';
import type { Suite } from './suites.ts';

export interface Stand {
  /** How what tests start finds all of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly logs: RunLogs;
  /** Takes away what a run left in Firestore and in the simulator. @throws when something does not answer as it should */
  clear(): Promise<void>;
  /** Stops everything, what tests left running too. */
  close(): Promise<void>;
}

async function environmentFor(suite: Suite, logs: RunLogs, progress: Progress): Promise<Record<string, string>> {
  // Some of what tests start is told its key; any will do, since nothing outlives a stand.
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

async function ask(method: 'POST' | 'DELETE', url: string): Promise<void> {
  const answer = await fetch(url, { method });
  if (!answer.ok) throw new Error(`${method} ${url} was answered ${String(answer.status)}: ${await answer.text()}`);
}

/** @param name of its logs. @throws StartError when something does not start; nothing is left running then */
export async function openStand(name: string, suite: Suite, progress: Progress): Promise<Stand> {
  const logs = openRunLogs(name);
  try {
    const env = await environmentFor(suite, logs, progress);
    const { FIRESTORE_EMULATOR_HOST: firestore, SIMULATOR_URL: simulator } = env;
    const documents = `projects/${PROJECT_ID}/databases/(default)/documents`;
    return {
      env,
      logs,
      clear: async () => {
        if (firestore !== undefined) await ask('DELETE', `http://${firestore}/emulator/v1/${documents}`);
        if (simulator !== undefined) await ask('POST', `${simulator}/reset`);
      },
      close: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
