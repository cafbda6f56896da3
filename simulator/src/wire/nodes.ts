/**
 * The binary-node codec and the one file that takes it from Baileys. A codec bug of Baileys is therefore
 * invisible to the simulator; everything above the codec is the simulator's own.
 */
import * as constants from '@whiskeysockets/baileys/lib/WABinary/constants.js';
import { decodeDecompressedBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/decode.js';
import { encodeBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/encode.js';
import type { BinaryNode } from '@whiskeysockets/baileys/lib/WABinary/types.js';
import { inflateSync } from 'node:zlib';

export type { BinaryNode };

/** A node as it travels: one flag byte (0 = plain), then the encoding. Clients inflate asynchronously, so we never deflate. */
export function encodeNode(node: BinaryNode): Buffer {
  return encodeBinaryNode(node);
}

/** Reads what `encodeNode` of the other side wrote, deflated (flag 2) or not. */
export function decodeNode(payload: Buffer): BinaryNode {
  const body = payload.subarray(1);
  return decodeDecompressedBinaryNode((payload[0] ?? 0) & 2 ? inflateSync(body) : body, constants);
}
