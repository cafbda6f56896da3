/** One companion's wire with its faults: every stanza to or from it passes here on its way. */
import { attrsOf, bytesOf, childrenOf, node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { FaultOf } from './fault.ts';
import type { FaultBoard } from './fault-board.ts';

type Forward = (stanza: BinaryNode) => void;

interface Scope {
  readonly direction: 'to' | 'from' | 'both';
  readonly stanza: string;
}

/** Questions and answers, logins and typing are not traffic: `mute` and the login faults are for those. */
const TRAFFIC = new Set(['message', 'receipt', 'ack', 'notification']);

/** The last byte of each ciphertext belongs to its proof: turned over, nothing of it can be read. */
function corrupted(stanza: BinaryNode): BinaryNode {
  const content = childrenOf(stanza).map((child) => {
    const bytes = child.tag === 'enc' ? bytesOf(child) : null;
    if (!bytes) return child;
    const turned = Buffer.from(bytes);
    turned.writeUInt8(turned.readUInt8(turned.length - 1) ^ 0xff, turned.length - 1);
    return { ...child, content: turned };
  });
  return { ...stanza, content };
}

/** What a device gets of a message that is there for the phone alone. */
function emptied(stanza: BinaryNode, { type }: FaultOf<'unavailable'>): BinaryNode {
  const others = childrenOf(stanza).filter(({ tag }) => tag !== 'enc');
  return { ...stanza, content: [...others, node('unavailable', attrsOf({ type }))] };
}

export class FaultyLine {
  readonly #board: FaultBoard;
  readonly #account: string;
  #held: { stanza: BinaryNode; forward: Forward; timer: NodeJS.Timeout } | null = null;

  constructor(board: FaultBoard, account: string) {
    this.#board = board;
    this.#account = account;
  }

  carry(direction: 'to' | 'from', stanza: BinaryNode, forward: Forward): void {
    if (!TRAFFIC.has(stanza.tag)) {
      forward(stanza);
      return;
    }
    const strikes = (scope: Scope): boolean =>
      (scope.direction === 'both' || scope.direction === direction) &&
      (scope.stanza === 'any' || scope.stanza === stanza.tag);
    if (this.#board.take('drop', this.#account, strikes)) return;
    const delay = this.#board.take('delay', this.#account, strikes);
    if (delay) {
      setTimeout(() => {
        this.#carryOn(direction, stanza, forward);
      }, delay.ms).unref();
      return;
    }
    this.#carryOn(direction, stanza, forward);
  }

  #carryOn(direction: 'to' | 'from', stanza: BinaryNode, forward: Forward): void {
    const isInboundMessage = direction === 'to' && stanza.tag === 'message';
    if (isInboundMessage && !this.#held) {
      const reorder = this.#board.take('reorder', this.#account);
      if (reorder) {
        this.#hold(stanza, forward, reorder.holdMs);
        return;
      }
    }
    forward(isInboundMessage ? this.#spoilt(stanza) : stanza);
    if (!isInboundMessage) return;
    if (this.#board.take('duplicate', this.#account, (fault) => fault.variant === 'same')) forward(stanza);
    this.#release();
  }

  #spoilt(stanza: BinaryNode): BinaryNode {
    if (this.#board.take('corrupt', this.#account)) return corrupted(stanza);
    const unavailable = this.#board.take('unavailable', this.#account);
    return unavailable ? emptied(stanza, unavailable) : stanza;
  }

  #hold(stanza: BinaryNode, forward: Forward, holdMs: number): void {
    const timer = setTimeout(() => {
      this.#release();
    }, holdMs).unref();
    this.#held = { stanza, forward, timer };
  }

  #release(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    clearTimeout(held.timer);
    held.forward(held.stanza);
  }
}
