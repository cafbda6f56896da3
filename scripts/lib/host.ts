/** A socket host as a process of its own, as it would run in production but for where its settings point. */
import path from 'node:path';
import { startChild, type Child } from './processes.ts';
import { ROOT, stateFolder } from './repo.ts';
import { answersOk, untilReady } from './until.ts';

const READY_TIMEOUT_MS = 30_000;

/** Which WhatsApp a host talks to: another network, or the real one. */
export type Network = { readonly url: string; readonly noiseRoot: string | null } | 'real';

export interface HostStart {
  readonly hostId: string;
  readonly port: number;
  readonly network: Network;
  readonly sessionKey: string;
  /** Where the emulators are, as `startEmulators` returns it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logs: string;
}

export interface HostProcess {
  readonly hostId: string;
  readonly url: string;
  readonly process: Child;
  /** Ends it as a deployment does: SIGTERM, with time to finish. */
  stop(): Promise<void>;
  /** Ends it as a crash does: SIGKILL. */
  kill(): Promise<void>;
}

function networkSettings(network: Network): Record<string, string | undefined> {
  if (network === 'real') return { WHATSAPP_URL: undefined, WHATSAPP_NOISE_ROOT: undefined };
  return { WHATSAPP_URL: network.url, WHATSAPP_NOISE_ROOT: network.noiseRoot ?? undefined };
}

/** Starts a host and returns at once, whatever becomes of it. */
export function launchHost(start: HostStart): HostProcess {
  const child = startChild({
    name: start.hostId,
    command: process.execPath,
    args: [path.join(ROOT, 'socket-host', 'src', 'main.ts')],
    env: {
      ...start.env,
      ...networkSettings(start.network),
      PORT: String(start.port),
      HOST_ID: start.hostId,
      SESSION_KEK: start.sessionKey,
    },
    output: { file: path.join(stateFolder('logs', start.logs), `${start.hostId}.log`) },
  });
  const url = `http://127.0.0.1:${String(start.port)}`;
  return { hostId: start.hostId, url, process: child, stop: () => child.stop(), kill: () => child.kill() };
}

/** Starts a host and returns when it is ready to own accounts. @throws StartError */
export async function startHost(start: HostStart): Promise<HostProcess> {
  const host = launchHost(start);
  try {
    await untilReady(host.process, READY_TIMEOUT_MS, () => answersOk(`${host.url}/readyz`));
  } catch (error) {
    await host.kill();
    throw error;
  }
  return host;
}
