/**
 * Framing below Noise: an intro once from the client, then frames of a 24-bit big-endian length and a body.
 * A websocket message may hold any part of a frame or several of them.
 */
import { MalformedStanza } from './node-reading.ts';

/** `WA`, protocol 6, dictionary 3. Also the Noise prologue. */
export const PROLOGUE = Buffer.from([0x57, 0x41, 0x06, 0x03]);
const EDGE_ROUTING = Buffer.from('ED');
const EDGE_ROUTING_HEAD = 7;

export class FrameReader {
  #buffered: Buffer = Buffer.alloc(0);
  #isIntroRead = false;

  /** Adds bytes and returns the bodies that became complete. Throws when the intro is not WhatsApp's. */
  push(bytes: Buffer): readonly Buffer[] {
    this.#buffered = this.#buffered.length === 0 ? bytes : Buffer.concat([this.#buffered, bytes]);
    if (!this.#isIntroRead && !this.#readIntro()) return [];
    const frames: Buffer[] = [];
    while (this.#buffered.length >= 3) {
      const end = 3 + this.#buffered.readUIntBE(0, 3);
      if (this.#buffered.length < end) break;
      frames.push(this.#buffered.subarray(3, end));
      this.#buffered = this.#buffered.subarray(end);
    }
    return frames;
  }

  #readIntro(): boolean {
    let at = 0;
    if (this.#buffered.subarray(0, 2).equals(EDGE_ROUTING)) {
      if (this.#buffered.length < EDGE_ROUTING_HEAD) return false;
      at = EDGE_ROUTING_HEAD + this.#buffered.readUIntBE(4, 3);
    }
    if (this.#buffered.length < at + PROLOGUE.length) return false;
    if (!this.#buffered.subarray(at, at + PROLOGUE.length).equals(PROLOGUE))
      throw new MalformedStanza('the first bytes are not a WhatsApp client');
    this.#buffered = this.#buffered.subarray(at + PROLOGUE.length);
    this.#isIntroRead = true;
    return true;
  }
}

export function frameOf(body: Uint8Array): Buffer {
  const length = Buffer.alloc(3);
  length.writeUIntBE(body.length, 0, 3);
  return Buffer.concat([length, body]);
}
