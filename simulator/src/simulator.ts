/** Puts the simulator together: the network on a websocket, its control API beside it on the same port. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { controlApp } from './control/app.ts';
import { Shelf } from './phone/shelf.ts';
import { Connection } from './server/connection.ts';
import { Network } from './server/network.ts';
import { makeTrust } from './wire/certificates.ts';

const NETWORK_PATH = '/ws/chat';

export interface SimulatorOptions {
  /** 0 lets the operating system choose. */
  readonly port: number;
  readonly host: string;
}

export interface Simulator {
  /** Where the control API is. */
  readonly url: string;
  /** Where clients connect. */
  readonly wsUrl: string;
  /** Hex of the public key clients must trust. */
  readonly noiseRoot: string;
  stop(): Promise<void>;
}

export async function startSimulator({ port, host }: SimulatorOptions): Promise<Simulator> {
  const network = new Network();
  const trust = makeTrust();
  const noiseRoot = trust.root.toString('hex');
  const server = createServer(controlApp(new Shelf(network), noiseRoot));
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  sockets.on('connection', (socket) => new Connection(socket, network, trust));
  server.on('upgrade', (request, stream, head) => {
    if (stream instanceof Socket && network.faults.take('upgrade-reset', null)) {
      stream.resetAndDestroy();
      return;
    }
    const fault = network.faults.take('upgrade-status', null);
    if (fault) refuseUpgrade(stream, fault.status);
    else if (pathOf(request) !== NETWORK_PATH) refuseUpgrade(stream, 404);
    else
      sockets.handleUpgrade(request, stream, head, (socket) => {
        sockets.emit('connection', socket, request);
      });
  });
  const address = await listen(server, port, host);
  network.mediaHost = `${host}:${String(address.port)}`;
  return {
    url: `http://${host}:${String(address.port)}`,
    wsUrl: `ws://${host}:${String(address.port)}${NETWORK_PATH}`,
    noiseRoot,
    stop: () => stop(server, sockets),
  };
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://simulator').pathname;
}

function refuseUpgrade(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${String(status)} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address);
    });
  });
}

/** Ends every connection at once: clients see a dropped network. */
async function stop(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
