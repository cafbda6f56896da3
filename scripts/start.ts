/**
 * `npm start`: the whole of Switchboard on this machine, until Ctrl-C.
 *
 *   --hosts 2   two socket hosts, on the host's port and the next
 *   --live      links real phones: the host talks to WhatsApp itself and there is no simulator
 *   --json      one line of JSON on stdout when all is ready; everything else goes to stderr
 *
 * With WHATSAPP_URL (and WHATSAPP_NOISE_ROOT) set, that network is used and no simulator is started.
 */
import { parseArgs } from 'node:util';
import { startEmulators } from './lib/emulators.ts';
import { startHost, type HostProcess, type Network } from './lib/host.ts';
import { fixedPorts, type Part, type Ports } from './lib/ports.ts';
import { stopAll, type Child } from './lib/processes.ts';
import { showProgress, table, type Progress } from './lib/progress.ts';
import { PROJECT_ID, stateFolder } from './lib/repo.ts';
import { seedDemoStaff, type SignIn } from './lib/seed.ts';
import { localSessionKey } from './lib/session-key.ts';
import { onStopAsked } from './lib/shutdown.ts';
import { startSimulator, type SimulatorProcess } from './lib/simulator.ts';
import { StartError } from './lib/until.ts';

const LOGS = 'start';
const MAX_HOSTS = 20;

interface Options {
  readonly hosts: number;
  readonly network: 'simulator' | Network;
  readonly json: boolean;
}

interface Running {
  readonly ports: Ports;
  readonly env: Readonly<Record<string, string>>;
  readonly emulators: Child;
  readonly simulator: SimulatorProcess | null;
  readonly hosts: readonly HostProcess[];
  readonly signIns: readonly SignIn[];
}

function networkOf(live: boolean): Options['network'] {
  const url = process.env['WHATSAPP_URL'];
  if (live && url !== undefined) throw new StartError('--live means WhatsApp itself; take WHATSAPP_URL away.');
  if (live) return 'real';
  return url === undefined ? 'simulator' : { url, noiseRoot: process.env['WHATSAPP_NOISE_ROOT'] ?? null };
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: { hosts: { type: 'string', default: '1' }, live: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const hosts = Number(values.hosts);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > MAX_HOSTS) {
    throw new StartError(`--hosts must be 1 to ${String(MAX_HOSTS)}, not "${values.hosts}".`);
  }
  return { hosts, network: networkOf(values.live ?? false), json: values.json ?? false };
}

async function startEverything(options: Options, progress: Progress): Promise<Running> {
  const unused: readonly Part[] = options.network === 'simulator' ? [] : ['simulator'];
  const ports = await fixedPorts(process.env, options.hosts, unused);
  const { env, process: emulators } = await progress.step('emulators', () =>
    startEmulators({ only: ['auth', 'firestore', 'functions', 'hosting'], ports, logs: LOGS }),
  );
  const signIns = await progress.step('sign-ins', () => seedDemoStaff(env));
  const simulator =
    options.network === 'simulator'
      ? await progress.step('simulator', () => startSimulator({ port: ports.simulator, logs: LOGS }))
      : null;
  const network: Network =
    options.network === 'simulator'
      ? { url: simulator?.socketUrl ?? '', noiseRoot: simulator?.noiseRoot ?? null }
      : options.network;
  const hosts: HostProcess[] = [];
  for (let n = 0; n < options.hosts; n += 1) {
    const hostId = `host-${String(n + 1)}`;
    const start = { hostId, port: ports.host + n, network, sessionKey: localSessionKey(), env, logs: LOGS };
    hosts.push(await progress.step(hostId, () => startHost(start)));
  }
  return { ports, env, emulators, simulator, hosts, signIns };
}

function addresses({ ports, simulator, hosts }: Running): Record<string, string> {
  const at = (port: number) => `127.0.0.1:${String(port)}`;
  return {
    console: `http://${at(ports.hosting)}`,
    firestore: at(ports.firestore),
    auth: at(ports.auth),
    functions: at(ports.functions),
    hub: at(ports.hub),
    ...(simulator ? { simulator: simulator.url } : {}),
    ...Object.fromEntries(hosts.map((host) => [host.hostId, host.url])),
  };
}

function processIds({ emulators, simulator, hosts }: Running): Record<string, number> {
  return {
    start: process.pid,
    emulators: emulators.pid,
    ...(simulator ? { simulator: simulator.process.pid } : {}),
    ...Object.fromEntries(hosts.map((host) => [host.hostId, host.process.pid])),
  };
}

function announce(running: Running, options: Options, progress: Progress): void {
  const signIns = running.signIns.map(({ email, password, role }) => ({ email, password, role }));
  progress.say('');
  progress.say(table(Object.entries(addresses(running))));
  progress.say('');
  progress.say(table(signIns.map(({ email, password, role }) => [role, email, password])));
  progress.say('');
  progress.say(`logs in ${stateFolder('logs', LOGS)}; Ctrl-C stops everything`);
  progress.say('ready');
  if (!options.json) return;
  const { env, simulator } = running;
  const network = simulator && { url: simulator.socketUrl, noiseRoot: simulator.noiseRoot };
  const line = {
    projectId: PROJECT_ID,
    addresses: addresses(running),
    env,
    network,
    processes: processIds(running),
    signIns,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** A host may be killed to see what happens; without the emulators or the network nothing works any more. */
function watch(running: Running, progress: Progress, finish: (code: number, reason: string) => void): void {
  for (const host of running.hosts) {
    void host.process.exited.then(() => {
      progress.say(`${host.hostId} ended`);
    });
  }
  const vital = running.simulator ? [running.emulators, running.simulator.process] : [running.emulators];
  for (const child of vital) {
    void child.exited.then(() => {
      finish(1, `${child.name} ended`);
    });
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<void> {
  const progress = showProgress((line) => process.stderr.write(`${line}\n`));
  let isFinishing = false;
  const finish = (code: number, reason: string): void => {
    if (isFinishing) return;
    isFinishing = true;
    progress.say(`\n${reason}`);
    progress.say('stopping everything ...');
    void stopAll().then(() => {
      progress.say('stopped, nothing is left running');
      process.exit(code);
    });
  };
  onStopAsked((reason) => {
    finish(0, reason);
  });
  try {
    const options = readOptions();
    const running = await startEverything(options, progress);
    announce(running, options, progress);
    watch(running, progress, finish);
  } catch (error) {
    finish(1, wordsOf(error));
  }
}

await main();
