/**
 * The running system a journey works on: emulators and simulator are started by the test runner, hosts by the tests
 * themselves. `npm test -- journeys path/to/a.test.ts` starts all it needs.
 */
import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';
import {
  launchHost as launchHostProcess,
  startHost as startHostProcess,
  type HostProcess,
  type HostStart,
} from '../../scripts/lib/host.ts';
import { objectIn, textIn } from '../../scripts/lib/json.ts';
import { freePort } from '../../scripts/lib/ports.ts';
import { PROJECT_ID } from '../../scripts/lib/repo.ts';
import { atTheEnd } from './clean-up.ts';

/** What the runner tells tests; a missing one means that the test was started without it. */
function told(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: run this test by "npm test -- journeys <file>"`);
  return value;
}

/** Addresses of what the runner started. */
export const stack = {
  projectId: PROJECT_ID,
  /** host:port */
  firestore: () => told('FIRESTORE_EMULATOR_HOST'),
  /** host:port */
  auth: () => told('FIREBASE_AUTH_EMULATOR_HOST'),
  /** host:port */
  functions: () => told('FUNCTIONS_EMULATOR_HOST'),
  /** Control API of the simulated WhatsApp network. */
  simulatorUrl: () => told('SIMULATOR_URL'),
  /** Where WhatsApp sockets connect. */
  socketUrl: () => `${told('SIMULATOR_URL').replace(/^http/, 'ws')}/ws/chat`,
  /** The process that runs the emulators. */
  emulatorsPid: () => Number(told('EMULATORS_PID')),
  /** The folder of this run's logs, under the state folder's. */
  logs: () => told('SWITCHBOARD_SUITE'),
} as const;

let app: App | null = null;

/** Firestore past the rules, as functions and hosts see it. */
export function adminFirestore(): Firestore {
  if (!app) {
    stack.firestore();
    const opened = initializeApp({ projectId: PROJECT_ID }, 'tests');
    atTheEnd(() => deleteApp(opened));
    app = opened;
  }
  return getFirestore(app);
}

let noiseRoot: Promise<string> | null = null;

/** The simulated network's root of trust, hex. */
export function simulatorNoiseRoot(): Promise<string> {
  noiseRoot ??= fetch(`${stack.simulatorUrl()}/noise-root`)
    .then((answer) => answer.json())
    .then((body) => textIn(objectIn(body, 'the noise root'), 'publicKey', 'the noise root'));
  return noiseRoot;
}

/** Tests that are not about the pace of an account do not wait for it. */
const UNPACED = { MESSAGES_PER_MINUTE: '0', NEW_THREADS_PER_DAY: '0' };

let hosts = 0;

export interface TestHost {
  /** The start of its host id; the host itself adds a suffix per process. */
  readonly hostId?: string;
  /** Settings beside those every local host gets. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it finds WhatsApp, when not at the simulated network itself. */
  readonly socketUrl?: string;
  /** Of its own, hex: it can read no session that others wrote. */
  readonly sessionKey?: string;
}

async function settingsOf({ hostId, env = {}, socketUrl, sessionKey }: TestHost): Promise<HostStart> {
  hosts += 1;
  return {
    hostId: hostId ?? `test-host-${String(hosts)}`,
    port: await freePort(),
    network: { url: socketUrl ?? stack.socketUrl(), noiseRoot: await simulatorNoiseRoot() },
    sessionKey: sessionKey ?? told('SESSION_KEK'),
    env: { ...UNPACED, ...env },
    logs: stack.logs(),
  };
}

/**
 * Starts a socket host on a free port and returns when it is ready. A host the test leaves running is stopped after
 * the last test.
 */
export async function startHost(settings: TestHost = {}): Promise<HostProcess> {
  const host = await startHostProcess(await settingsOf(settings));
  atTheEnd(() => host.stop());
  return host;
}

/** Starts a socket host that may never be ready, and returns at once. */
export async function launchHost(settings: TestHost = {}): Promise<HostProcess> {
  const host = launchHostProcess(await settingsOf(settings));
  atTheEnd(() => host.stop());
  return host;
}
