/**
 * A socket that is opened when there is room for one more to connect. Its place is given back as soon as the network has answered
 * (a QR code, open, closed): what follows waits for people or costs nothing. Until its turn it is a socket without a connection.
 */
import type { Payload } from '@switchboard/contract/payload';
import type { About, SendOutcome, SocketEvent, WhatsAppSocket } from '../whatsapp/types.ts';
import type { Leave, Slots } from './slots.ts';

type Emit = (event: SocketEvent) => void;

class SocketInTurn implements WhatsAppSocket {
  readonly #emit: Emit;
  readonly #leave: Leave;
  #socket: WhatsAppSocket | null = null;
  #isEnded = false;

  constructor(slots: Slots, open: (emit: Emit) => WhatsAppSocket, emit: Emit) {
    this.#emit = emit;
    this.#leave = slots.enter(() => {
      this.#socket = open((event) => {
        if (event.type === 'qr' || event.type === 'open' || event.type === 'closed') this.#leave();
        emit(event);
      });
    });
  }

  buildMessage(payload: Payload, about?: About): Uint8Array {
    return this.#opened().buildMessage(payload, about);
  }

  async send(recipientJid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome> {
    if (this.#socket) return this.#socket.send(recipientJid, waMessageId, built);
    return { kind: 'not-sent', reason: 'not-connected', detail: 'the connection is not open yet' };
  }

  async showTyping(recipientJid: string, signal: AbortSignal): Promise<void> {
    await this.#socket?.showTyping(recipientJid, signal);
  }

  async requestPairingCode(phoneE164: string): Promise<string> {
    return this.#opened().requestPairingCode(phoneE164);
  }

  async refreshSessions(jid: string): Promise<void> {
    await this.#socket?.refreshSessions(jid);
  }

  async end(): Promise<void> {
    if (this.#socket) await this.#socket.end();
    else this.#giveUp();
  }

  async logout(): Promise<void> {
    await this.#opened().logout();
  }

  #opened(): WhatsAppSocket {
    if (!this.#socket) throw new Error('the socket waits for its turn to connect');
    return this.#socket;
  }

  #giveUp(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#leave();
    this.#emit({ type: 'closed', code: null, message: 'ended by us before it was opened' });
  }
}

/** Opens a socket in its turn. Everything that follows is reported as events, as by `open` itself. */
export function openInTurn(slots: Slots, open: (emit: Emit) => WhatsAppSocket, emit: Emit): WhatsAppSocket {
  return new SocketInTurn(slots, open, emit);
}
