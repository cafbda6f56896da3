/**
 * A simulated phone with WhatsApp on it: device 0 of its person. It talks to the server in the stanzas any
 * client uses, and holds its own keys; the server cannot read its messages.
 */
import { randomBytes } from 'node:crypto';
import { Device, type DeviceLink, type Person } from '../server/device.ts';
import { unixSeconds, type Network } from '../server/network.ts';
import { setAvailable } from '../server/presence.ts';
import { routeReceipt } from '../server/receipts.ts';
import { attrsOf, node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { AddressingMode } from '../wire/jid.ts';
import type { proto } from '../wire/proto.ts';
import { SignalDevice } from '../wire/signal.ts';
import { GroupKeys } from './group-keys.ts';
import { GroupTicks } from './group-ticks.ts';
import { Inbox } from './inbox.ts';
import { sendHistory } from './history.ts';
import { takePhoneStanza } from './receiving.ts';
import { WorkQueue } from './work-queue.ts';

/** A message as it was written, kept to encrypt it again for whoever could not read it. */
export interface SentMessage {
  readonly id: string;
  /** The person, the group or the broadcast list it went to. */
  readonly to: string;
  /** By which of their addresses it went to people. */
  readonly mode: AddressingMode;
  readonly message: proto.IMessage;
}

export interface PhoneOptions {
  /** A chatty customer answers everything after this many milliseconds; `null`: nobody answers by itself. */
  replyDelayMs: number | null;
  /** How it addresses people unless told otherwise. */
  addressing: AddressingMode;
  /** WhatsApp lets it link devices only with a passkey, which no companion here has. */
  needsPasskey: boolean;
}

export class Phone {
  readonly network: Network;
  readonly person: Person;
  readonly device: Device;
  readonly signal: SignalDevice;
  readonly inbox = new Inbox();
  readonly groupKeys = new GroupKeys();
  readonly groupTicks = new GroupTicks();
  readonly work = new WorkQueue();
  /** Its broadcast list, named by when it was made as all are. Whoever it writes to through it is on it. */
  readonly list = `${unixSeconds()}@broadcast`;
  readonly sent = new Map<string, SentMessage>();
  /** How often a device asked for one of our messages again, and how often we asked for one: `id|device`. */
  readonly retries = new Map<string, number>();
  /** Companions of others that have proven their link to us. */
  readonly provenDevices = new WeakSet<Device>();
  /** Who is typing to us, by number. */
  readonly typing = new Map<string, string>();
  readonly options: PhoneOptions;
  readonly #link: DeviceLink;
  /** What the person wrote while the phone was offline. */
  readonly #postponed: (() => void)[] = [];
  /** Counts the times the phone went away. */
  #session = 0;

  constructor(network: Network, person: Person, options: PhoneOptions) {
    this.network = network;
    this.person = person;
    this.options = options;
    this.signal = new SignalDevice(person.lid);
    const { signal } = this;
    const keys = { identity: signal.identity.publicKey, takeBundle: () => signal.takeBundle() };
    this.device = new Device(person, 0, keys, null);
    person.devices.set(0, this.device);
    person.onCompanionReady = (companion) => {
      this.work
        .run(() => sendHistory(this, companion))
        .catch((error: unknown) => {
          network.stats.couldNotHandle(error);
        });
    };
    this.#link = {
      send: (stanza) => {
        this.#take(stanza);
      },
      close: () => undefined,
      fallSilent: () => undefined,
      sendGarbage: () => undefined,
    };
    this.goOnline();
  }

  get isOnline(): boolean {
    return this.device.isOnline;
  }

  goOnline(): void {
    if (this.isOnline) return;
    this.device.attach(this.#link);
    setAvailable(this.network, this.device, true);
    this.device.activate();
    for (const job of this.#postponed.splice(0)) job();
  }

  goOffline(): void {
    if (!this.isOnline) return;
    this.#session += 1;
    setAvailable(this.network, this.device, false);
    this.device.detach(this.#link);
  }

  /** Runs a job in the phone's order, now or when it is online again. */
  whenOnline(job: () => Promise<void>): Promise<void> {
    if (this.isOnline) return this.work.run(job);
    return new Promise((resolve, reject) => {
      this.#postponed.push(() => {
        this.work.run(job).then(resolve, reject);
      });
    });
  }

  /** What has not been read when the phone goes away is not read: the server still keeps it. */
  #take(stanza: BinaryNode): void {
    const session = this.#session;
    this.work
      .run(async () => {
        if (session === this.#session) await takePhoneStanza(this, stanza);
      })
      .catch((error: unknown) => {
        this.network.stats.couldNotHandle(error);
      });
  }

  /** An id as phones make them. */
  newMessageId(): string {
    return `AC${randomBytes(15).toString('hex').toUpperCase()}`;
  }

  /** Reads all that a peer or a group wrote, as opening the chat does. */
  markRead(chat: string): number {
    const unread = this.inbox.markRead(chat);
    for (const { to, participant, ids } of unread) {
      const [first, ...others] = ids;
      if (first === undefined) continue;
      const items = others.map((id) => node('item', { id }));
      const attrs = attrsOf({ id: first, type: 'read', to, participant, t: unixSeconds() });
      routeReceipt(
        this.network,
        this.device,
        node('receipt', attrs, items.length ? [node('list', {}, items)] : undefined),
      );
    }
    return unread.reduce((count, { ids }) => count + ids.length, 0);
  }
}
