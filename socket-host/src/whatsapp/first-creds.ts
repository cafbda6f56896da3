/**
 * Keeps everything that leaves waiting while the credentials of a new link are made durable. The library tells the phone that we are
 * linked at once; a crash before the credentials are stored would leave a device on the phone that nobody has the keys of.
 */
import type { WASocket } from '@whiskeysockets/baileys';

type Send = (bytes: unknown, done: (error?: Error) => void) => unknown;

export class FirstCreds {
  readonly #ws: WASocket['ws'];
  readonly #maySpeak: () => boolean;
  #isLinked: boolean;

  /**
   * @param isLinked whether there was a link before: its credentials change without being waited for.
   * @param maySpeak whether the account is ours at this moment: storing them may have taken longer than the lease.
   */
  constructor(ws: WASocket['ws'], isLinked: boolean, maySpeak: () => boolean) {
    this.#ws = ws;
    this.#maySpeak = maySpeak;
    this.#isLinked = isLinked;
  }

  /** Credentials of a link are being stored. To be called before the library goes on. */
  saving(saved: Promise<void>): void {
    if (this.#isLinked) return;
    this.#isLinked = true;
    // Not in the library's types: its client keeps the connection in a protected field, and its own `send` was taken long ago.
    const { socket } = this.#ws as unknown as { readonly socket: { send: Send } | null };
    if (socket) holdSends(socket, saved, this.#maySpeak);
  }
}

function holdSends(socket: { send: Send }, until: Promise<void>, maySpeak: () => boolean): void {
  const send = socket.send.bind(socket);
  const waiting: Parameters<Send>[] = [];
  socket.send = (...call) => waiting.push(call);
  // Without an answer WhatsApp forgets the attempt; the library ends this connection.
  const refuse = (error: Error): void => {
    for (const [, done] of waiting) done(error);
  };
  until.then(
    () => {
      socket.send = send;
      if (maySpeak()) for (const call of waiting) send(...call);
      else refuse(new Error('the account is not ours any more'));
    },
    (error: unknown) => {
      refuse(error instanceof Error ? error : new Error('not stored'));
    },
  );
}
