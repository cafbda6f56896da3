/**
 * The one connection an account has at a time. Owns which socket that is, and that nothing a former one still says is acted on.
 * Messages and receipts go straight on, from former sockets too: WhatsApp was told that we have them. Those for the phone of somebody
 * else go nowhere: none is let to link, but a session may hold such a link from before.
 */
import type { Account } from '@switchboard/contract/account';
import type { AccountSession } from '../session/types.ts';
import { createAccountMemory, type AccountMemory } from '../whatsapp/account-memory.ts';
import { ownJidsIn } from '../whatsapp/auth-state.ts';
import { journalOf } from '../whatsapp/journal.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { SocketEvent, WhatsAppSocket, WireMessage, WireReceipt } from '../whatsapp/types.ts';
import { replayFailed } from './log-events.ts';
import { isOwnPhone } from './own-phone.ts';
import type { SignsOfLife } from './signs-of-life.ts';

export type OpenSocket = (options: {
  readonly session: AccountSession;
  readonly memory: AccountMemory;
  readonly emit: (event: SocketEvent) => void;
}) => WhatsAppSocket;

export type LifeEvent = Extract<SocketEvent, { type: 'qr' | 'linked' | 'open' | 'closed' }>;

export interface ConnectionDependencies {
  readonly openSocket: OpenSocket;
  readonly account: Pick<Account, 'phoneE164'>;
  /** Whether messages may go out on this link: not for an account that is being deleted. */
  readonly mayServe: () => boolean;
  readonly signs: SignsOfLife;
  readonly logger: Logger;
  /** @param stored to be called once the message is in Firestore; until then it is kept with the session. */
  readonly onMessage: (message: WireMessage, stored: () => void) => void;
  /** @param stored to be called once what it says is in Firestore; until then WhatsApp is not told that we have it. */
  readonly onReceipt: (receipt: WireReceipt, stored: () => void) => void;
  readonly onOpen: () => void;
  readonly onClosed: () => void;
  /** @param claim to be called when the event is acted on: whether it still counts. */
  readonly onLife: (event: LifeEvent, claim: () => boolean) => void;
}

/** One socket and what became of it. */
interface Run {
  readonly socket: WhatsAppSocket;
  /** Whether what comes on it is for the account. */
  readonly isOwn: boolean;
  isOpen: boolean;
}

export class Connection {
  readonly #with: ConnectionDependencies;
  readonly #memory = createAccountMemory();
  #run: Run | null = null;
  /** Settles once the socket that was given up last is closed. */
  #ended: Promise<void> = Promise.resolve();

  constructor(dependencies: ConnectionDependencies) {
    this.#with = dependencies;
  }

  /** The socket messages can go out on. */
  openSocket(): WhatsAppSocket | null {
    return this.#run?.isOpen ? this.#run.socket : null;
  }

  /** The socket there is, open or not. */
  anySocket(): WhatsAppSocket | null {
    return this.#run?.socket ?? null;
  }

  /**
   * Passes on what a crash, or a connection that broke at the wrong moment, left in the session's journal. What cannot be passed on
   * stays there for the next connection, and keeps none from being made.
   */
  replay(session: AccountSession): void {
    try {
      if (!this.#isOwn(session)) return;
      for (const { message, stored } of journalOf(session).replay(this.#memory)) this.#with.onMessage(message, stored);
    } catch (error) {
      replayFailed(this.#with.logger, error);
    }
  }

  connect(session: AccountSession): void {
    this.replay(session);
    const isOwn = this.#isOwn(session);
    const early: SocketEvent[] = [];
    let run: Run | null = null;
    const socket = this.#with.openSocket({
      session,
      memory: this.#memory,
      emit: (event) => {
        if (run) this.#take(run, event);
        else early.push(event);
      },
    });
    run = { socket, isOwn, isOpen: false };
    this.#run = run;
    for (const event of early) this.#take(run, event);
  }

  /** Ends the connection and keeps the link. Waits for its end also when somebody else ended it already. */
  async disconnect(): Promise<void> {
    const socket = this.#giveUp();
    if (socket) this.#ended = socket.end();
    await this.#ended;
  }

  /** Ends the connection and the link. @throws when WhatsApp could not be told. */
  async logout(): Promise<void> {
    const loggedOut = this.#giveUp()?.logout();
    if (loggedOut) this.#ended = loggedOut.catch(() => undefined);
    await (loggedOut ?? this.#ended);
  }

  #giveUp(): WhatsAppSocket | null {
    const run = this.#run;
    this.#run = null;
    if (run) this.#markClosed(run);
    return run?.socket ?? null;
  }

  #take(run: Run, event: SocketEvent): void {
    const { account, mayServe, signs, onMessage, onReceipt, onOpen, onLife } = this.#with;
    switch (event.type) {
      case 'message':
        if (!run.isOwn) return;
        signs.messageCame(event.message);
        onMessage(event.message, event.stored);
        return;
      case 'receipt':
        if (!run.isOwn) return;
        signs.eventCame();
        onReceipt(event.receipt, event.stored);
        return;
      case 'open':
        if (this.#run === run && mayServe() && isOwnPhone(account.phoneE164, event.waJid)) {
          run.isOpen = true;
          onOpen();
        }
        break;
      case 'closed':
        this.#markClosed(run);
        break;
      case 'qr':
      case 'linked':
    }
    onLife(event, () => {
      if (this.#run !== run) return false;
      if (event.type === 'closed') this.#run = null;
      return true;
    });
  }

  /** Whether its link is with the account's own phone. Without a link nothing comes that could be somebody else's. */
  #isOwn(session: AccountSession): boolean {
    const own = ownJidsIn(session);
    return own === null || isOwnPhone(this.#with.account.phoneE164, own.id);
  }

  #markClosed(run: Run): void {
    if (!run.isOpen) return;
    run.isOpen = false;
    this.#with.onClosed();
  }
}
