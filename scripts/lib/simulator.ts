/** The simulated WhatsApp network as a process of its own. */
import path from 'node:path';
import { objectIn, textIn } from './json.ts';
import { startChild, type Child } from './processes.ts';
import { ROOT, stateFolder } from './repo.ts';
import { answersOk, untilReady } from './until.ts';

const READY_TIMEOUT_MS = 30_000;

export interface SimulatorProcess {
  /** Its control API and its page of phones. */
  readonly url: string;
  /** Where WhatsApp sockets connect. */
  readonly socketUrl: string;
  /** The root of trust its sockets must be told, hex. */
  readonly noiseRoot: string;
  readonly process: Child;
  stop(): Promise<void>;
}

/** Starts a simulator and returns when it serves. @throws StartError */
export async function startSimulator(start: {
  readonly port: number;
  readonly logs: string;
}): Promise<SimulatorProcess> {
  const url = `http://127.0.0.1:${String(start.port)}`;
  const child = startChild({
    name: 'simulator',
    command: process.execPath,
    args: [path.join(ROOT, 'simulator', 'src', 'main.ts')],
    env: { PORT: String(start.port) },
    servesOthers: true,
    output: { file: path.join(stateFolder('logs', start.logs), 'simulator.log') },
  });
  try {
    await untilReady(child, READY_TIMEOUT_MS, () => answersOk(`${url}/noise-root`));
  } catch (error) {
    await child.stop();
    throw error;
  }
  const answer = await fetch(`${url}/noise-root`);
  const noiseRoot = textIn(objectIn(await answer.json(), 'the noise root'), 'publicKey', 'the noise root');
  const socketUrl = `ws://127.0.0.1:${String(start.port)}/ws/chat`;
  return { url, socketUrl, noiseRoot, process: child, stop: () => child.stop() };
}
