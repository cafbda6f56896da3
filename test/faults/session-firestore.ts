/** A Firestore that answers every question with an error, and a connection to it. */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getFirestore, type Firestore } from 'firebase-admin/firestore';
import { PROJECT_ID } from '../../scripts/lib/repo.ts';
import { freshId } from '../support/unique.ts';

/** As when the host's permission was taken away. Its client does not try again by itself. */
const PERMISSION_DENIED = '7';

export interface RefusingFirestore {
  readonly db: Firestore;
  close(): Promise<void>;
}

export async function refusingFirestore(): Promise<RefusingFirestore> {
  const server = createServer();
  server.on('stream', (stream) => {
    const answer = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': PERMISSION_DENIED };
    stream.respond(answer, { endStream: true });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const app = initializeApp({ projectId: PROJECT_ID }, freshId('refusing'));
  return {
    db: connected(app, `127.0.0.1:${String(port)}`),
    close: async () => {
      await deleteApp(app);
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** The library reads where the emulator is when the connection is made, and prefers it to any setting. */
export function connected(app: ReturnType<typeof initializeApp>, address: string): Firestore {
  const before = process.env['FIRESTORE_EMULATOR_HOST'];
  process.env['FIRESTORE_EMULATOR_HOST'] = address;
  try {
    return getFirestore(app);
  } finally {
    process.env['FIRESTORE_EMULATOR_HOST'] = before;
  }
}
