/**
 * One connection of one account to WhatsApp: opens it, reports what happens on it in order, and ends it for certain.
 *
 *   connecting ─▶ (qr ─▶ linked) ─▶ open ─▶ closed
 *
 * Owns the connection's life and its deadlines. The library gives up silently in several ways (a refused upgrade, a login that is
 * never answered), so every step has a deadline here. `closed` is reported exactly once, and is the last event.
 */
import './enforce-signatures.ts';
import './own-context.ts';
import './quiet-libsignal.ts';
import './undo-failed-tries.ts';
import { randomBytes } from 'node:crypto';
import { bareJid } from '@switchboard/contract/jid';
import type { Payload } from '@switchboard/contract/payload';
import {
  makeWASocket,
  type BaileysEventMap,
  type BinaryNode,
  type ConnectionState,
  type WASocket,
} from '@whiskeysockets/baileys';
import { Acks } from './acks.ts';
import { answerUnwanted } from './answer-unwanted.ts';
import { AuthState, otherSpellingIn } from './auth-state.ts';
import { Calls } from './calls.ts';
import { forgetChangedDevices } from './changed-devices.ts';
import { closeOf, closeOfUpgrade, PASSKEY_WANTED, WRONG_PHONE, type Close } from './close-of.ts';
import { failQuestions } from './fail-questions.ts';
import { FirstCreds } from './first-creds.ts';
import { holdReceipts } from './hold-receipts.ts';
import { journalOf } from './journal.ts';
import { keepJournal } from './keep-journal.ts';
import { skipKeylessDevices } from './keyless-devices.ts';
import { credsNotSaved, eventNotTaken, socketClosed, socketOpening } from './log-events.ts';
import { trustNetwork } from './network.ts';
import { wantsPasskey } from './passkey.ts';
import { refuseOtherPhones } from './refuse-other-phones.ts';
import { Sender } from './sender.ts';
import { socketConfig } from './socket-config.ts';
import type { SocketOptions } from './socket-options.ts';
import { speakWhile } from './speak-while.ts';
import { DEFAULT_TIMING, qrShownForMs, type SocketTiming } from './timing.ts';
import { MESSAGE_SECRET_BYTES, subjectOf, toWire } from './to-wire.ts';
import type { About, SendOutcome, SocketEvent, WhatsAppSocket } from './types.ts';
import { askForUnavailable } from './unavailable.ts';
import { watchTraffic } from './watch-traffic.ts';
import { Watchdog } from './watchdog.ts';
import { wireEvents, type WireContext } from './wire-events.ts';
import { WireOrder } from './wire-order.ts';

const END_TIMEOUT_MS = 2_000;
const TIMED_OUT = 408;

class LibrarySocket implements WhatsAppSocket {
  readonly #with: SocketOptions;
  readonly #auth: AuthState;
  readonly #sock: WASocket;
  readonly #acks: Acks;
  readonly #sender: Sender;
  readonly #timing: SocketTiming;
  readonly #watchdog: Watchdog;
  readonly #order: WireOrder;
  readonly #firstCreds: FirstCreds;
  readonly #closed = Promise.withResolvers<null>();
  #events: Promise<void> = Promise.resolve();
  #state: 'opening' | 'open' | 'closed' = 'opening';
  /** Why we ended it, when we did. */
  #ownReason: Close | null = null;
  #qrCount = 0;
  #cancelDeadline: () => void = () => undefined;

  constructor(options: SocketOptions) {
    this.#with = options;
    const { session, clock, memory, logger, network, timing = DEFAULT_TIMING } = options;
    this.#timing = timing;
    this.#auth = new AuthState(session, () => clock.nowMs());
    this.#acks = new Acks(clock);
    trustNetwork(network);
    socketOpening(logger, session.creds !== null);
    const journal = journalOf(session);
    const calls = new Calls(journal);
    this.#sock = makeWASocket(socketConfig({ ...options, timing, auth: this.#auth, journal, calls }));
    calls.watch(this.#sock.ws);
    speakWhile(this.#sock.ws, options.maySpeak);
    this.#order = new WireOrder(this.#sock);
    this.#firstCreds = new FirstCreds(this.#sock.ws, session.creds !== null, options.maySpeak);
    this.#watchdog = new Watchdog({
      clock,
      timing,
      memory,
      flush: () => void this.#sock.ev.flush(),
      recycle: (message) => void this.#end({ code: TIMED_OUT, message }),
    });
    this.#sender = new Sender({
      sock: this.#sock,
      session,
      keys: this.#auth.keys,
      memory,
      acks: this.#acks,
      watchdog: this.#watchdog,
      isOpen: () => this.#state === 'open',
      clock,
      logger,
    });
    this.#listen();
    watchTraffic(this.#sock, this.#watchdog);
    answerUnwanted(this.#sock, logger);
    this.#expectProgress(options.openTimeoutMs);
  }

  buildMessage(payload: Payload, about?: About): Uint8Array {
    const spellings = { ...this.#auth.creds.me, otherSpelling: this.#wire.otherSpelling };
    return toWire(payload, randomBytes(MESSAGE_SECRET_BYTES), about && subjectOf(about, spellings));
  }

  send(recipientJid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome> {
    return this.#sender.send(recipientJid, waMessageId, built);
  }

  countMembers(recipientJid: string): Promise<number | null> {
    return this.#sender.countMembers(recipientJid);
  }

  showTyping(recipientJid: string, signal: AbortSignal): Promise<void> {
    return this.#sender.showTyping(recipientJid, signal);
  }

  requestPairingCode(phoneE164: string): Promise<string> {
    return this.#sock.requestPairingCode(phoneE164.replace(/^\+/, ''));
  }

  end(): Promise<void> {
    return this.#end({ code: null, message: 'ended by us' });
  }

  async logout(): Promise<void> {
    this.#ownReason ??= { code: null, message: 'logged out by us' };
    await this.#within(this.#sock.logout());
  }

  async #end(reason: Close): Promise<void> {
    this.#ownReason ??= reason;
    await this.#within(this.#sock.end(undefined));
  }

  /** Waits for the close that `ending` causes, and forces it when it takes too long. */
  async #within(ending: Promise<void>): Promise<void> {
    const cancel = this.#with.clock.after(END_TIMEOUT_MS, () => {
      this.#terminate();
    });
    // Whether the library managed or not, the deadline closes.
    ending.catch(() => undefined);
    await this.#closed.promise;
    cancel();
  }

  /** Cuts the connection without a goodbye. */
  #terminate(): void {
    // Not in the library's types: its client keeps the connection in a protected field.
    const client = this.#sock.ws as unknown as { readonly socket?: { terminate(): void } | null };
    client.socket?.terminate();
    this.#close(this.#ownReason ?? { code: TIMED_OUT, message: 'the connection did not close in time' });
  }

  #listen(): void {
    const { ev, ws } = this.#sock;
    // Otherwise what is buffered at the end is thrown away, although WhatsApp was told that we have it.
    this.#sock.registerSocketEndHandler(() => void ev.flush());
    ev.process((batch) => {
      this.#take(batch);
    });
    refuseOtherPhones(this.#sock, this.#with.mayLink, () => void this.#end({ code: null, message: WRONG_PHONE }));
    keepJournal(this.#sock, journalOf(this.#with.session), this.#auth, this.#with.clock);
    forgetChangedDevices({ sock: this.#sock, memory: this.#with.memory }, this.#wire.otherSpelling);
    askForUnavailable({ ...this.#with, sock: this.#sock });
    skipKeylessDevices(ws, { memory: this.#with.memory, otherSpelling: this.#wire.otherSpelling });
    holdReceipts(ws, (receipt, stored) => {
      const isSentHere = this.#with.memory.sentIds.has(receipt.waMessageId);
      this.#report({ type: 'receipt', receipt: { ...receipt, isSentHere }, stored });
    });
    ws.on('CB:ack,class:message', (node: BinaryNode) => {
      this.#takeAck(node);
    });
    ws.on('CB:notification', (node: BinaryNode) => {
      if (wantsPasskey(node)) void this.#end({ code: null, message: PASSKEY_WANTED });
    });
    // The library hears of a refused upgrade and does nothing.
    ws.on('unexpected-response', (_request: unknown, response: { readonly statusCode?: number }) => {
      void this.#end(closeOfUpgrade(response));
    });
  }

  #take(batch: Partial<BaileysEventMap>): void {
    if (batch['creds.update']) this.#saveCreds();
    const { memory } = this.#with;
    for (const { id } of batch['groups.update'] ?? []) if (id !== undefined) memory.groups.delete(id);
    const members = batch['group-participants.update'];
    if (members) memory.groups.delete(members.id);
    for (const event of wireEvents(batch, this.#wire)) this.#report(event);
    if (batch['connection.update']) this.#takeConnection(batch['connection.update']);
  }

  readonly #wire: WireContext = {
    otherSpelling: (jid) => otherSpellingIn(this.#with.session, jid),
    handOver: (key) => journalOf(this.#with.session).handOver(key),
    isOwnSend: (waMessageId) => this.#with.memory.sentIds.has(waMessageId),
    isLive: (waMessageId) => this.#order.isLive(waMessageId),
  };

  #takeConnection({ connection, qr, isNewLogin, lastDisconnect }: Partial<ConnectionState>): void {
    if (qr !== undefined) this.#takeQr(qr);
    if (isNewLogin) {
      this.#expectProgress(this.#with.openTimeoutMs);
      this.#report({ type: 'linked' });
    }
    if (connection === 'open') this.#takeOpen();
    if (connection === 'close') this.#close(this.#ownReason ?? closeOf(lastDisconnect?.error));
  }

  #takeQr(qr: string): void {
    const expiresInMs = qrShownForMs(this.#timing, this.#qrCount);
    this.#qrCount += 1;
    this.#expectProgress(expiresInMs + this.#with.openTimeoutMs);
    this.#report({ type: 'qr', qr, expiresInMs });
  }

  #takeOpen(): void {
    this.#state = 'open';
    this.#cancelDeadline();
    this.#watchdog.start();
    const { id = '', lid = '', name = null } = this.#auth.creds.me ?? {};
    this.#report({ type: 'open', waJid: bareJid(id) ?? '', waLid: bareJid(lid), pushName: name });
  }

  #takeAck(node: BinaryNode): void {
    const refused = this.#acks.take(node);
    if (!refused || !this.#with.memory.sentIds.has(refused.waMessageId)) return;
    const receipt = { ...refused, status: 'failed', participantJid: null } as const;
    this.#report({ type: 'receipt', receipt, stored: () => undefined });
  }

  #saveCreds(): void {
    const saving = this.#auth.save();
    if (this.#auth.creds.account) this.#firstCreds.saving(saving);
    const saved = saving.catch((error: unknown) => {
      credsNotSaved(this.#with.logger, error);
    });
    // `linked`, `open` and `closed` come after the credentials they are about are durable.
    this.#events = this.#events.then(() => saved);
  }

  #report(event: SocketEvent): void {
    this.#events = this.#events.then(() => {
      try {
        this.#with.emit(event);
      } catch (error) {
        // What comes later is still to be told.
        eventNotTaken(this.#with.logger, event.type, error);
      }
    });
  }

  #expectProgress(withinMs: number): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#with.clock.after(withinMs, () => {
      void this.#end({ code: TIMED_OUT, message: 'WhatsApp did not answer in time' });
    });
  }

  #close(reason: Close): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelDeadline();
    this.#watchdog.stop();
    this.#auth.detach();
    this.#acks.abandonAll('the connection was lost');
    socketClosed(this.#with.logger, reason.code, reason.message);
    this.#report({ type: 'closed', ...reason });
    failQuestions(this.#sock);
    this.#closed.resolve(null);
  }
}

/** Opens a connection. Everything that follows, failure included, is reported as events. */
export function openSocket(options: SocketOptions): WhatsAppSocket {
  return new LibrarySocket(options);
}
