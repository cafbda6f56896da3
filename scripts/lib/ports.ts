/** Which port each part listens on: fixed ones for people, free ones for tests, so that both run side by side. */
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { StartError } from './until.ts';

/** The ports people know by heart, with what the part is called in an error. */
const PARTS = {
  hosting: { port: 5000, title: 'the console' },
  functions: { port: 5001, title: 'the functions emulator' },
  auth: { port: 9099, title: 'the auth emulator' },
  firestore: { port: 8085, title: 'the Firestore emulator' },
  firestoreWebsocket: { port: 9150, title: "the Firestore emulator's request monitor" },
  tasks: { port: 9499, title: 'the tasks emulator' },
  eventarc: { port: 9299, title: 'the eventarc emulator' },
  hub: { port: 4400, title: 'the emulator hub' },
  logging: { port: 4500, title: 'the log of the emulators' },
  simulator: { port: 7080, title: 'the WhatsApp simulator' },
  host: { port: 8080, title: 'the socket host' },
} as const;

export type Part = keyof typeof PARTS;
export type Ports = Readonly<Record<Part, number>>;

const ALL_PARTS = Object.keys(PARTS) as Part[];

/** The environment variable that moves a part to another port. */
function variableOf(part: Part): string {
  return `SWITCHBOARD_PORT_${part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function portOf(part: Part, environment: NodeJS.ProcessEnv): number {
  const variable = variableOf(part);
  const wanted = environment[variable];
  if (wanted === undefined || wanted === '') return PARTS[part].port;
  const port = Number(wanted);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StartError(`${variable} is "${wanted}"; it must be a port number, 1 to 65535.`);
}

/**
 * The well-known ports, moved by `SWITCHBOARD_PORT_<PART>`.
 *
 * @param hosts how many hosts run; they take the host's port and those after it.
 * @param unused parts that are not started, so that their ports may be taken.
 * @throws StartError that names every port taken, by which part it is wanted and how to move that part.
 */
export async function fixedPorts(
  environment: NodeJS.ProcessEnv,
  hosts: number,
  unused: readonly Part[],
): Promise<Ports> {
  const ports = Object.fromEntries(ALL_PARTS.map((part) => [part, portOf(part, environment)])) as Record<Part, number>;
  const problems: string[] = [];
  for (const part of ALL_PARTS.filter((part) => !unused.includes(part))) {
    const range = part === 'host' ? hosts : 1;
    for (let port = ports[part]; port < ports[part] + range; port += 1) {
      if (await isFree(port)) continue;
      const example = `${variableOf(part)}=${String(port + 1000)} npm start`;
      problems.push(`Port ${String(port)} is taken; ${PARTS[part].title} wants it. Stop what uses it, or: ${example}`);
    }
  }
  if (problems.length > 0) throw new StartError(problems.join('\n'));
  return ports;
}

/**
 * Where free ports are looked for: below those that systems give to connections of their own (Linux from 32768, others from 49152), for
 * one of these may be taken by any connection between the moment it is found free and the moment its part is up.
 */
const FREE_PORTS = { from: 12_000, to: 32_000 };

/** A server on a port nobody uses. */
async function listenAnywhere(): Promise<Server> {
  for (;;) {
    try {
      return await listen(randomInt(FREE_PORTS.from, FREE_PORTS.to));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}

/** Ports nobody uses at the moment. All are held until the last is known, so that none is named twice. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(ALL_PARTS.map(listenAnywhere));
  const numbers = servers.map(portOfServer);
  await Promise.all(servers.map(close));
  return Object.fromEntries(ALL_PARTS.map((part, index) => [part, numbers[index]])) as Record<Part, number>;
}

/** One port nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = await listenAnywhere();
  const port = portOfServer(server);
  await close(server);
  return port;
}

function portOfServer(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return address.port;
}
