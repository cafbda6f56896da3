/**
 * A proxy in front of Firestore that counts what passes, for whatever program is pointed at it: it speaks HTTP/2 on both sides, passes
 * everything on as it comes and reads along. The counts are served as JSON under `GET /counts` at an address of their own.
 */
import { createServer as createHttpServer } from 'node:http';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import {
  keyOf,
  operationsOfEnd,
  operationsOfRequest,
  operationsOfResponse,
  ListenerReads,
  type Operation,
} from './operation-counts.ts';

export interface CountingProxy {
  /** host:port that programs take for Firestore. */
  readonly address: string;
  readonly countsUrl: string;
}

/** Cuts a stream of gRPC into its messages: a byte of flags, four of length, and so many of message. */
function messageReader(onMessage: (message: Uint8Array) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= 5 && held.length >= 5 + held.readUInt32BE(1)) {
      const end = 5 + held.readUInt32BE(1);
      onMessage(held.subarray(5, end));
      held = held.subarray(end);
    }
  };
}

/** Passes one call on. */
function relay(
  client: ServerHttp2Stream,
  upstream: ClientHttp2Stream,
  method: string,
  count: (found: readonly Operation[]) => void,
): void {
  const listener = new ListenerReads();
  let documents = 0;
  let trailers: IncomingHttpHeaders = {};
  client.on(
    'data',
    messageReader((message) => {
      count(operationsOfRequest(method, message));
    }),
  );
  upstream.on(
    'data',
    messageReader((message) => {
      const found = method === 'Listen' ? listener.operationsOf(message) : operationsOfResponse(method, message);
      documents += found.length;
      count(found);
    }),
  );
  upstream.on('response', (headers, flags) => {
    const isOver = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    client.respond(headers, isOver ? { endStream: true } : { waitForTrailers: true });
  });
  upstream.on('trailers', (headers: IncomingHttpHeaders) => {
    trailers = headers;
    if (headers['grpc-status'] === '0') count(operationsOfEnd(method, documents === 0));
  });
  client.on('wantTrailers', () => {
    client.sendTrailers(trailers);
  });
  client.pipe(upstream);
  upstream.pipe(client);
  for (const each of [client, upstream]) each.on('error', () => undefined);
  // What ends well ends by its trailers; closing the other side then would overtake them.
  upstream.on('close', () => {
    if (upstream.rstCode !== constants.NGHTTP2_NO_ERROR) client.close(upstream.rstCode);
  });
  client.on('close', () => {
    if (!upstream.closed) upstream.close(constants.NGHTTP2_CANCEL);
  });
}

async function listening(server: Server | ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on a port, a server has such an address.
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** @param firestore host:port of the emulator; it may start later. Ends with this process. */
export async function startCountingProxy(firestore: string): Promise<CountingProxy> {
  const counts: Record<string, number> = {};
  const count = (found: readonly Operation[]): void => {
    for (const operation of found) counts[keyOf(operation)] = (counts[keyOf(operation)] ?? 0) + 1;
  };
  const proxy = createServer();
  proxy.on('session', (session) => {
    const upstream = connect(`http://${firestore}`);
    for (const each of [session, upstream]) {
      each.on('error', () => undefined);
      each.on('close', () => {
        session.close();
        upstream.close();
      });
    }
    session.on('stream', (client, headers) => {
      const method = headers[':path']?.split('/').at(-1) ?? '';
      relay(client, upstream.request(headers), method, count);
    });
  });
  const teller = createHttpServer((_request, answer) => {
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(counts));
  });
  const [address, told] = await Promise.all([listening(proxy), listening(teller)]);
  // It serves whoever runs as long as this process does, and does not keep it alive.
  for (const server of [proxy, teller]) server.unref();
  return { address, countsUrl: `http://${told}/counts` };
}
