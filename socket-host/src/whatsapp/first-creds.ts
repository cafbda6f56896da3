/**
 * Keeps everything that leaves waiting while the credentials of a new link are made durable. The library tells the phone that we are
 * linked at once; a crash before the credentials are stored would leave a device on the phone that nobody has the keys of.
 */
import type { WASocket } from '@whiskeysockets/baileys';

type Send = (bytes: unknown, done: (error?: Error) => void) => unknown;

export class FirstCreds {
  readonly #ws: WASocket['ws'];
  #isLinked: boolean;

  /** @param isLinked whether there was a link before: its credentials change without being waited for. */
  constructor(ws: WASocket['ws'], isLinked: boolean) {
    this.#ws = ws;
    this.#isLinked = isLinked;
  }

  /** Credentials of a link are being stored. To be called before the library goes on. */
  saving(saved: Promise<void>): void {
    if (this.#isLinked) return;
    this.#isLinked = true;
    // Not in the library's types: its client keeps the connection in a protected field, and its own `send` was taken long ago.
    const { socket } = this.#ws as unknown as { readonly socket: { send: Send } | null };
    if (socket) holdSends(socket, saved);
  }
}

function holdSends(socket: { send: Send }, until: Promise<void>): void {
  const send = socket.send.bind(socket);
  const waiting: Parameters<Send>[] = [];
  socket.send = (...call) => waiting.push(call);
  until.then(
    () => {
      socket.send = send;
      for (const call of waiting) send(...call);
    },
    (error: unknown) => {
      // Without an answer WhatsApp forgets the attempt; the library ends this connection.
      for (const [, done] of waiting) done(error instanceof Error ? error : new Error('not stored'));
    },
  );
}
