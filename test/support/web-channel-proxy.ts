/**
 * A proxy in front of Firestore for web pages, which talk to it by HTTP/1 with answers that go on for minutes: it passes everything on as
 * it comes, and counts the documents in what comes back.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { atTheEnd } from './clean-up.ts';

export interface WebChannelProxy {
  /** host:port that pages take for Firestore. */
  readonly address: string;
  /** Documents that came so far, each as often as it came. */
  readonly documents: () => number;
}

/** How the channel names a document that a listener is told of. */
const MARK = '"documentChange"';

/** Passes text on and counts the mark in it, also where it is cut in two. */
function markCounter(onFound: (count: number) => void): Transform {
  let rest = '';
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const text = rest + chunk.toString('latin1');
      onFound(text.split(MARK).length - 1);
      // Too short to hold the mark itself, so nothing is counted twice.
      rest = text.slice(-(MARK.length - 1));
      done(null, chunk);
    },
  });
}

function relay(
  target: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onFound: (count: number) => void,
): void {
  const headers = { ...incoming.headers, host: target.host, 'accept-encoding': 'identity' };
  const passed = request(
    { host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // A header of an answer that goes on must not wait for its first part.
      outgoing.flushHeaders();
      answer.pipe(markCounter(onFound)).pipe(outgoing);
    },
  );
  passed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}

/** @param firestore host:port of the emulator. It listens until the end of the run. */
export async function startWebChannelProxy(firestore: string): Promise<WebChannelProxy> {
  const target = new URL(`http://${firestore}`);
  let documents = 0;
  const server = createServer((incoming, outgoing) => {
    relay(target, incoming, outgoing, (count) => {
      documents += count;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // It listens on a port, so its address has one.
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${String(port)}`, documents: () => documents };
}
