/**
 * The Firebase emulators: one firebase-tools process with the ports we choose. Does not know who uses them.
 *
 * What they are is said by firebase.json; a copy of it with our ports lies beside it while they start, because
 * firebase-tools takes ports from a file only, and all paths in that file from its folder.
 */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { layOutConsole, type Site } from './console.ts';
import { firestoreBinary } from './emulator-binary.ts';
import { objectIn } from './json.ts';
import type { Ports } from './ports.ts';
import { lastLines, startChild, type Child } from './processes.ts';
import { PROJECT_ID, ROOT, stateFolder, toolScript } from './repo.ts';
import { tickSchedules } from './schedules.ts';
import { StartError, untilReady } from './until.ts';

export type Emulator = 'auth' | 'firestore' | 'functions' | 'hosting';

/** Long enough for firebase-tools to download an emulator over a slow line, ms. */
const READY_TIMEOUT_MS = 300_000;
/** They hold nothing worth waiting for, and do not listen while they start, ms. */
const GRACE_MS = 3_000;

export interface EmulatorsStart {
  readonly only: readonly Emulator[];
  readonly ports: Ports;
  /** The folder of the logs, under the state folder: `start`, or the name of a test suite. */
  readonly logs: string;
  /** host:port of what functions take for Firestore instead of the emulator: something that counts what passes. */
  readonly countedFirestore?: string | undefined;
}

export interface Emulators {
  /** What programs need to find them. */
  readonly env: Readonly<Record<string, string>>;
  readonly process: Child;
  stop(): Promise<void>;
}

/** What a page may talk to is said by a header that names the real addresses only. */
function withLocalAddresses(hosting: Record<string, unknown>): unknown {
  const local = 'connect-src http://127.0.0.1:* ws://127.0.0.1:*';
  return JSON.parse(JSON.stringify(hosting).replace('connect-src', local));
}

/** Node loads this before a program of the emulators: those that were told where Firestore is, functions, are told otherwise. */
const REDIRECTION =
  'data:text/javascript,const{env}=process;if(env.FIRESTORE_EMULATOR_HOST)env.FIRESTORE_EMULATOR_HOST=env.COUNTED_FIRESTORE';

function redirected({ countedFirestore }: EmulatorsStart): Record<string, string> {
  if (countedFirestore === undefined) return {};
  return { COUNTED_FIRESTORE: countedFirestore, NODE_OPTIONS: `--import=${REDIRECTION}` };
}

function configWith(ports: Ports, only: readonly Emulator[], site: Site | null): object {
  const file = path.join(ROOT, 'firebase.json');
  const config = objectIn(JSON.parse(readFileSync(file, 'utf8')), file);
  const at = (port: number) => ({ host: '127.0.0.1', port });
  return {
    ...config,
    // A functions bundle that is not asked for need not be there.
    ...(only.includes('functions') ? {} : { functions: undefined }),
    hosting: site
      ? { ...objectIn(withLocalAddresses(objectIn(config['hosting'], file)), file), public: site.folder }
      : undefined,
    emulators: {
      auth: at(ports.auth),
      functions: at(ports.functions),
      hosting: at(ports.hosting),
      firestore: { ...at(ports.firestore), websocketPort: ports.firestoreWebsocket },
      tasks: at(ports.tasks),
      eventarc: at(ports.eventarc),
      hub: at(ports.hub),
      logging: at(ports.logging),
      ui: { enabled: false },
      singleProjectMode: true,
    },
  };
}

async function buildFunctions(logs: string): Promise<void> {
  const child = startChild({
    name: 'functions bundle',
    command: process.execPath,
    args: [path.join(ROOT, 'functions', 'build.mjs')],
    output: { file: path.join(logs, 'functions-bundle.log') },
  });
  const { code } = await child.exited;
  if (code !== 0) throw new StartError(`The functions could not be bundled:\n\n${lastLines(child)}\n`);
}

/** What firebase-tools prints, and what a person should do about it. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [
    /UnsupportedClassVersionError/,
    'The installed Firestore emulator needs a newer Java than the one on the PATH. Install a newer JRE (21 will do).',
  ],
  [
    /(download|getaddrinfo|ENOTFOUND|ECONNREFUSED|Failed to make request)[^]*firestore|firestore[^]*(download failed|Failed to make request|ENOTFOUND)/i,
    'There is no Firestore emulator on this machine and it could not be downloaded. Go online once, or install the Google Cloud SDK with `gcloud components install cloud-firestore-emulator`, or set FIRESTORE_EMULATOR_BINARY_PATH to an emulator jar.',
  ],
];

function explained(error: unknown, child: Child): unknown {
  if (!(error instanceof StartError)) return error;
  const explanation = EXPLANATIONS.find(([pattern]) => pattern.test(child.printed()));
  return explanation ? new StartError(`${explanation[1]}\n\n${error.message}`) : error;
}

function environmentOf(start: EmulatorsStart): Record<string, string> {
  const { ports, only } = start;
  const at = (port: number) => `127.0.0.1:${String(port)}`;
  return {
    GCLOUD_PROJECT: PROJECT_ID,
    GOOGLE_CLOUD_PROJECT: PROJECT_ID,
    // Nothing local runs on Google Cloud; without this the SDKs look for its metadata server first.
    METADATA_SERVER_DETECTION: 'none',
    ...(only.includes('firestore') ? { FIRESTORE_EMULATOR_HOST: at(ports.firestore) } : {}),
    ...(only.includes('auth') ? { FIREBASE_AUTH_EMULATOR_HOST: at(ports.auth) } : {}),
    ...(only.includes('functions') ? { FUNCTIONS_EMULATOR_HOST: at(ports.functions) } : {}),
    ...(only.includes('hosting') ? { CONSOLE_URL: `http://${at(ports.hosting)}` } : {}),
  };
}

/** Cloud Scheduler's part, for as long as the emulators run. */
function runSchedules(ports: Ports, logs: string, child: Child): void {
  const ended = new AbortController();
  void child.exited.then(() => {
    ended.abort();
  });
  const say = (line: string) => {
    if (child.exit() === null) appendFileSync(path.join(logs, 'schedules.log'), `${line}\n`);
  };
  void tickSchedules(`127.0.0.1:${String(ports.functions)}`, PROJECT_ID, { signal: ended.signal, say });
}

/**
 * Starts the emulators and returns when they serve.
 *
 * @throws StartError with the reason and the last lines they printed.
 */
export async function startEmulators(start: EmulatorsStart): Promise<Emulators> {
  const logs = stateFolder('logs', start.logs);
  const [site] = await Promise.all([
    start.only.includes('hosting') ? layOutConsole(start.ports, logs) : null,
    start.only.includes('functions') ? buildFunctions(logs) : null,
  ]);
  const config = path.join(ROOT, `firebase.local.${String(start.ports.hub)}.json`);
  writeFileSync(config, `${JSON.stringify(configWith(start.ports, start.only, site), null, 2)}\n`);
  const binary = firestoreBinary(process.env);
  const child = startChild({
    name: 'emulators',
    command: process.execPath,
    args: [
      toolScript('firebase'),
      ...['emulators:start', '--non-interactive', '--project', PROJECT_ID],
      ...['--config', config, '--only', start.only.join(',')],
    ],
    // firebase-tools drops its debug logs where it runs.
    cwd: logs,
    env: {
      ...(binary === null ? {} : { FIRESTORE_EMULATOR_BINARY_PATH: binary }),
      NO_UPDATE_NOTIFIER: '1',
      ...redirected(start),
    },
    output: { file: path.join(logs, 'emulators.log') },
    graceMs: GRACE_MS,
    servesOthers: true,
  });
  try {
    await untilReady(child, READY_TIMEOUT_MS, () => Promise.resolve(child.printed().includes('All emulators ready')));
  } catch (error) {
    await child.stop();
    throw explained(error, child);
  } finally {
    rmSync(config, { force: true });
  }
  if (site) void child.exited.then(site.remove);
  if (start.only.includes('functions')) runSchedules(start.ports, logs, child);
  return { env: environmentOf(start), process: child, stop: () => child.stop() };
}
