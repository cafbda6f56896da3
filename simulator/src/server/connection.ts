/**
 * One client's websocket: framing and Noise below, stanzas above.
 *
 *   hello ──▶ finish ──▶ applicant (no identity yet) | companion ──▶ closed
 *
 * Owns the wire and the answers it waits for. What a stanza means is decided elsewhere.
 */
import { randomBytes } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import { FaultyLine } from '../faults/line.ts';
import type { Trust } from '../wire/certificates.ts';
import { FrameReader, frameOf } from '../wire/frames.ts';
import { MalformedStanza, node } from '../wire/node-reading.ts';
import { decodeNode, encodeNode, type BinaryNode } from '../wire/nodes.ts';
import { NoiseResponder, type NoiseTransport } from '../wire/noise.ts';
import type { Device, DeviceLink } from './device.ts';
import type { Applicant, Registration } from './linking-desk.ts';
import { admit } from './login.ts';
import type { Network } from './network.ts';
import { takeApplicantStanza, takeStanza } from './stanzas.ts';

/** How long an unlinked device may take to countersign its link. */
const ANSWER_TIMEOUT_MS = 15_000;

type Role =
  | { readonly is: 'handshaking' }
  | { readonly is: 'applicant'; readonly applicant: Applicant }
  | { readonly is: 'companion'; readonly device: Device; readonly line: FaultyLine };

export class Connection implements DeviceLink {
  readonly network: Network;
  readonly #socket: WebSocket;
  readonly #noise: NoiseResponder;
  readonly #frames = new FrameReader();
  readonly #answers = new Map<string, (answer: BinaryNode | null) => void>();
  #isHelloAnswered = false;
  #transport: NoiseTransport | null = null;
  #role: Role = { is: 'handshaking' };
  #isDeaf = false;
  /** Its last word was said while it still listened: what comes now comes too late. */
  #isOver = false;
  #hasLeft = false;

  constructor(socket: WebSocket, network: Network, trust: Trust) {
    this.#socket = socket;
    this.network = network;
    this.#noise = new NoiseResponder(trust.serverStatic, trust.chain);
    socket.on('message', (bytes) => {
      this.#receive(bytes);
    });
    socket.on('close', () => {
      this.#leave();
    });
    // A reset peer is an ended connection; 'close' follows.
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  becomeApplicant(registration: Registration): Applicant {
    const isOpen = (): boolean => this.isOpen;
    const applicant: Applicant = {
      registration,
      get isOpen() {
        return isOpen();
      },
      send: (stanza) => {
        this.send(stanza);
      },
      ask: (question) => this.#ask(question),
      close: (lastWord) => {
        this.close(lastWord);
      },
    };
    this.#role = { is: 'applicant', applicant };
    return applicant;
  }

  becomeCompanion(device: Device): void {
    const { phone } = device.person;
    this.#role = { is: 'companion', device, line: new FaultyLine(this.network.faults, phone) };
    this.network.stats.socketOpened(phone);
  }

  send(stanza: BinaryNode): void {
    if (this.#role.is !== 'companion') {
      this.#write(stanza);
      return;
    }
    this.#role.line.carry('to', stanza, (passed) => {
      this.#write(passed);
    });
  }

  close(lastWord: BinaryNode | null): void {
    if (!lastWord) {
      this.#socket.terminate();
      return;
    }
    this.#write(lastWord);
    // The server is through with this client, however long the client takes to hang up.
    this.#isOver = !this.#isDeaf;
    this.#isDeaf = true;
    this.#leave();
    this.#socket.close();
  }

  /** A frame of the right shape that does not decrypt. */
  sendGarbage(): void {
    this.#socket.send(frameOf(randomBytes(48)));
  }

  /** From now on nothing is sent and nothing heard; the socket stays open. */
  fallSilent(): void {
    this.#isDeaf = true;
  }

  #write(stanza: BinaryNode): void {
    if (this.#isDeaf || !this.isOpen || !this.#transport) return;
    this.#socket.send(frameOf(this.#transport.encrypt(encodeNode(stanza))));
  }

  #receive(data: RawData): void {
    if (this.#isDeaf && !this.#isOver) return;
    try {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
      for (const frame of this.#frames.push(bytes)) this.#takeFrame(frame);
    } catch (error) {
      // Whatever does not decrypt or decode is not a client we can go on with.
      this.network.stats.couldNotHandle(error);
      this.#socket.terminate();
    }
  }

  #takeFrame(frame: Buffer): void {
    if (this.#transport) {
      this.#takeStanza(decodeNode(this.#transport.decrypt(frame)));
    } else if (this.#isHelloAnswered) {
      const finish = this.#noise.readFinish(frame);
      this.#transport = finish.transport;
      admit(this, finish);
    } else if (this.network.faults.take('no-hello', null)) {
      this.fallSilent();
    } else {
      this.#isHelloAnswered = true;
      this.#socket.send(frameOf(this.#noise.answerHello(frame)));
    }
  }

  #takeStanza(stanza: BinaryNode): void {
    if (this.#isOver) {
      if (this.#role.is === 'companion') this.network.stats.cameLate(this.#role.device.person.phone, stanza.tag);
      return;
    }
    const answered = stanza.tag === 'iq' && stanza.attrs['type'] !== 'get' && stanza.attrs['type'] !== 'set';
    if (answered) {
      this.#answers.get(stanza.attrs['id'] ?? '')?.(stanza);
      return;
    }
    const role = this.#role;
    switch (role.is) {
      case 'handshaking':
        throw new MalformedStanza('a stanza before the handshake ended');
      case 'applicant':
        takeApplicantStanza(this.network, role.applicant, stanza);
        return;
      case 'companion':
        role.line.carry('from', stanza, (passed) => {
          takeStanza(this.network, role.device, this, passed);
        });
    }
  }

  async #ask(question: BinaryNode): Promise<BinaryNode | null> {
    const id = this.network.stanzaId();
    const answer = new Promise<BinaryNode | null>((resolve) => {
      const timer = setTimeout(() => {
        resolve(null);
      }, ANSWER_TIMEOUT_MS).unref();
      this.#answers.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
    this.send(node(question.tag, { ...question.attrs, id }, question.content));
    try {
      return await answer;
    } finally {
      this.#answers.delete(id);
    }
  }

  #leave(): void {
    for (const answer of this.#answers.values()) answer(null);
    if (this.#role.is !== 'companion' || this.#hasLeft) return;
    this.#hasLeft = true;
    const { device } = this.#role;
    device.detach(this);
    this.network.stats.socketClosed(device.person.phone);
  }
}
