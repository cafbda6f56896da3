/** The emulator behind a connection that loses answers: what was asked for is done, and whoever asked does not learn it. */
import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import type { Firestore } from 'firebase-admin/firestore';
import { PROJECT_ID } from '../../scripts/lib/repo.ts';
import { stack } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { connected } from './session-firestore.ts';

/** What becomes of a call: it is answered, it is done and not answered, or it never arrives, for good or for now. */
export type Fate = 'answered' | 'lost' | 'refused' | 'unavailable';

/**
 * @param asked the request, as it is on the wire; nothing for methods whose requests are streams.
 * @returns its fate, or a promise of it: until then the call hangs.
 */
export type FateOf = (method: string, asked: Buffer) => Fate | Promise<Fate>;

export interface LossyFirestore {
  readonly db: Firestore;
  /** host:port that hosts take for Firestore. */
  readonly address: string;
  close(): Promise<void>;
}

/** Of gRPC: DEADLINE_EXCEEDED and PERMISSION_DENIED, after which its client does not try a write again by itself, and UNAVAILABLE. */
const STATUS = { lost: '4', refused: '7', unavailable: '14' } as const;
/** Methods whose requests are streams: there is no end of them to wait for. */
const STREAMS: ReadonlySet<string> = new Set(['Listen', 'Write']);

function answerWith(client: ServerHttp2Stream, fate: Exclude<Fate, 'answered'>): void {
  if (client.closed || client.destroyed) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': STATUS[fate] };
  client.respond(headers, { endStream: true });
}

function relay(client: ServerHttp2Stream, upstream: ClientHttp2Stream): void {
  let trailers: IncomingHttpHeaders = {};
  upstream.on('response', (headers, flags) => {
    const isOver = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    client.respond(headers, isOver ? { endStream: true } : { waitForTrailers: true });
  });
  upstream.on('trailers', (headers: IncomingHttpHeaders) => {
    trailers = headers;
  });
  client.on('wantTrailers', () => {
    client.sendTrailers(trailers);
  });
  upstream.pipe(client);
}

/** The whole of a request that is not a stream of them. */
async function bodyOf(client: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  client.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(client, 'end');
  return Buffer.concat(chunks);
}

/** @param fateOf is asked for each call by its method, as `Commit` or `BatchGetDocuments`. */
export async function lossyFirestore(fateOf: FateOf): Promise<LossyFirestore> {
  const upstream = connect(`http://${stack.firestore()}`);
  const server = createServer();
  for (const each of [upstream, server]) each.on('error', () => undefined);
  const take = async (client: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    const method = headers[':path']?.split('/').at(-1) ?? '';
    const asked = STREAMS.has(method) ? null : await bodyOf(client);
    const fate = await fateOf(method, asked ?? Buffer.alloc(0));
    // Whoever asked gave up meanwhile.
    if (client.destroyed) return;
    if (fate === 'refused' || fate === 'unavailable') {
      answerWith(client, fate);
      return;
    }
    const call = upstream.request(headers);
    call.on('error', () => undefined);
    client.on('close', () => {
      if (!call.closed) call.close(constants.NGHTTP2_CANCEL);
    });
    if (asked) call.end(asked);
    else client.pipe(call);
    if (fate === 'answered') relay(client, call);
    else {
      // It is done once its answer has come.
      call.resume().on('end', () => {
        answerWith(client, fate);
      });
    }
  };
  server.on('stream', (client, headers) => {
    client.on('error', () => undefined);
    void take(client, headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const app = initializeApp({ projectId: PROJECT_ID }, freshId('lossy'));
  return {
    db: connected(app, address),
    address,
    close: async () => {
      await deleteApp(app);
      upstream.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
