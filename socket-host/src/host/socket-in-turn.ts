/**
 * A socket that is opened when there is room for one more to connect. Its place is given back as soon as the network has answered
 * (a QR code, open, closed): what follows waits for people or costs nothing. Until its turn it is a socket without a connection.
 */
import type { Payload } from '@switchboard/contract/payload';
import type { Logger } from '../telemetry/logger.ts';
import type { About, SendOutcome, SocketEvent, WhatsAppSocket } from '../whatsapp/types.ts';
import { socketNotBegun } from './log-events.ts';
import type { Leave, Slots } from './slots.ts';

type Emit = (event: SocketEvent) => void;

export interface TurnDependencies {
  readonly slots: Slots;
  /** Opens the socket. May throw: its own log tells why, and it counts as closed. */
  readonly open: (emit: Emit) => WhatsAppSocket;
  readonly emit: Emit;
  readonly logger: Logger;
}

class SocketInTurn implements WhatsAppSocket {
  readonly #with: TurnDependencies;
  #hasLeft = false;
  #leave: Leave = () => {
    this.#hasLeft = true;
  };
  #socket: WhatsAppSocket | null = null;
  #isEnded = false;

  constructor(dependencies: TurnDependencies) {
    this.#with = dependencies;
    const leave = dependencies.slots.enter(() => {
      this.#begin();
    });
    // Its turn may have come, and be over, before there was anything to leave.
    if (this.#hasLeft) leave();
    else this.#leave = leave;
  }

  /** Its turn may come in a timer: an error that got out there would end the process, with all accounts of this host. */
  #begin(): void {
    const { open, emit, logger } = this.#with;
    try {
      this.#socket = open((event) => {
        if (event.type === 'qr' || event.type === 'open' || event.type === 'closed') this.#leave();
        emit(event);
      });
    } catch (error) {
      socketNotBegun(logger, error);
      this.#close('The connection could not be begun');
    }
  }

  buildMessage(payload: Payload, about?: About): Uint8Array {
    return this.#opened().buildMessage(payload, about);
  }

  async send(recipientJid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome> {
    if (this.#socket) return this.#socket.send(recipientJid, waMessageId, built);
    return { kind: 'not-sent', reason: 'not-connected', detail: 'the connection is not open yet' };
  }

  async countMembers(recipientJid: string): Promise<number | null> {
    return (await this.#socket?.countMembers(recipientJid)) ?? null;
  }

  async showTyping(recipientJid: string, signal: AbortSignal): Promise<void> {
    await this.#socket?.showTyping(recipientJid, signal);
  }

  async requestPairingCode(phoneE164: string): Promise<string> {
    return this.#opened().requestPairingCode(phoneE164);
  }

  async end(): Promise<void> {
    if (this.#socket) await this.#socket.end();
    else this.#close('ended by us before it was opened');
  }

  async logout(): Promise<void> {
    await this.#opened().logout();
  }

  #opened(): WhatsAppSocket {
    if (!this.#socket) throw new Error('the socket waits for its turn to connect');
    return this.#socket;
  }

  #close(message: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#leave();
    this.#with.emit({ type: 'closed', code: null, message });
  }
}

/** Opens a socket in its turn. Everything that follows is reported as events, as by `open` itself. */
export function openInTurn(dependencies: TurnDependencies): WhatsAppSocket {
  return new SocketInTurn(dependencies);
}
